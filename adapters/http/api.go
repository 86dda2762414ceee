package http

import (
	"log/slog"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/order"
	"orders/adapters/http/service"
	"orders/adapters/http/stream"
	"orders/adapters/http/wire"
)

// rooms are the packages that add operations to the API.
type rooms struct {
	commands *order.Commands
	queries  *order.Queries
	streams  *stream.Streams
	monitor  *service.Monitor
	others   []func(huma.API) // The operations of other modules.
}

func newRooms(c Config, p Parts, log *slog.Logger) rooms {
	q := order.NewQueries(p.Orders, p.History, c.BasePath)
	return rooms{
		commands: order.NewCommands(p.Commands, p.Orders, order.CommandConfig{
			BasePath: c.BasePath, Currency: c.Currency, RequireKey: c.RequireKey,
			Strict: c.Strict, Tokens: p.Tokens != nil, Log: log,
		}),
		queries: q,
		streams: stream.New(stream.Parts{
			Live: p.Live, Newest: q.Newest, Sees: q.Sees, Encode: order.EncodeView,
			Budget: p.Budget.Share(clientShare), Log: log,
		}),
		monitor: service.New(service.Parts{
			Checks: p.Checks, Projections: p.Projections, Relays: p.Relays,
		}, c.MaxLag, log),
		others: p.Operations,
	}
}

// addRooms makes the API. Every process documents all of it, also what only others serve: clients
// see one API, whichever process a proxy asks for its document.
func (s *Server) addRooms() {
	api := s.newAPI()
	wire.AddCodes(api, codes)
	if s.config.WithoutCommands {
		s.notServed("/commands", noCommands)
	}
	if s.config.WithoutQueries {
		s.notServed("/queries", noQueries)
	}
	if !s.rooms.monitor.SeesProjections() {
		s.notServed("/admin/projections", noProjections)
	}
	if !s.rooms.monitor.SeesRelays() {
		s.notServed("/admin/subscriptions", noRelays)
	}
	s.rooms.commands.Add(api)
	// Before the orders, or the router would take "stream" for an order id.
	s.rooms.streams.Add(s.add)
	s.rooms.queries.Add(api)
	stream.Describe(api)
	for _, add := range s.rooms.others {
		add(api)
	}
	s.rooms.monitor.Add(api)
	s.private = wire.PrivatePathsOf(api.OpenAPI())
	wire.AddExamples(api, wire.ReadExamples(examples))
	wire.Complete(api.OpenAPI().Components.Schemas)
	s.secure(api.OpenAPI())
	s.addPages(api)
	s.addMetrics()
	s.addProfiles()
}

func (s *Server) newAPI() huma.API {
	format := huma.Format{Marshal: wire.Encode}
	document := s.document()
	suitTrials(document)
	document.OnAddOperation = append(document.OnAddOperation, adminAtRoot)
	s.gate.limits.describe(document)
	config := huma.Config{
		OpenAPI:       document,
		Formats:       map[string]huma.Format{fiber.MIMEApplicationJSON: format, "json": format},
		DefaultFormat: fiber.MIMEApplicationJSON,
	}
	config.AllowAdditionalPropertiesByDefault = true
	return huma.NewAPI(config, adapter{humafiber.New(s.app, huma.Config{}).Adapter(), s})
}
