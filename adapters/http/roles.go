package http

import (
	"slices"

	"github.com/gofiber/fiber/v2"
)

// A Role is a part of the service that a process has.
type Role string

// The roles there are. What a projector does is not asked for over HTTP.
const (
	Command   Role = "command"
	Query     Role = "query"
	Projector Role = "projector"
)

// has reports whether the process has the role; without any named it has all.
func (c Config) has(r Role) bool { return len(c.Roles) == 0 || slices.Contains(c.Roles, r) }

// notServed answers whatever is asked for below root, which other processes serve.
func (s *Server) notServed(root, why string) {
	s.app.All(root+"/*", func(*fiber.Ctx) error { return notServedHere(why) })
}

func notServedHere(why string) *problem {
	return &problem{
		Status: fiber.StatusNotFound, Code: "not-served-here", Message: "❌ Not served here",
		Detail: why + "; ask one that has",
	}
}

func without(r Role) string { return "this process does not have the role " + string(r) }
