package service

import "slices"

// A Role is a part of the service that a process may run.
type Role string

// All roles.
const (
	Command   Role = "command"
	Query     Role = "query"
	Projector Role = "projector"
	Relay     Role = "relay"
)

// has reports whether the process has the role. Without any configured role it has all.
func (c Config) has(r Role) bool { return len(c.Roles) == 0 || slices.Contains(c.Roles, r) }

// isWhole reports whether the process has every role that the service needs.
func (c Config) isWhole() bool {
	return c.has(Command) && c.has(Query) && c.has(Projector) &&
		(c.has(Relay) || len(c.publishes()) == 0)
}
