package http

import (
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// The reasons why a process does not serve a part of the API.
const (
	noCommands    = "this process does not have the role command"
	noQueries     = "this process does not have the role query"
	noProjections = "this process does not see the projections"
	noRelays      = "this process does not see the subscriptions"
)

// notServed answers every request below root, which other processes serve. It must come before the
// operations below root, which this process only documents.
func (s *Server) notServed(root, why string) {
	s.addAt(fiber.DefaultMethods, root+"/*", access.Elsewhere, func(*fiber.Ctx) error {
		return wire.NotServed(why)
	})
}
