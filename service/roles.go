package service

import "slices"

// A Role is a part of the service that a process has.
type Role string

// The roles there are.
const (
	Command   Role = "command"
	Query     Role = "query"
	Projector Role = "projector"
)

// has reports whether the process has the role; without any named, it has all.
func (c Config) has(r Role) bool { return len(c.Roles) == 0 || slices.Contains(c.Roles, r) }

func (c Config) isWhole() bool { return c.has(Command) && c.has(Query) && c.has(Projector) }
