package http

import (
	"log/slog"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
)

// rooms are what adds operations to the API.
type rooms struct {
	commands *commands
	queries  *queries
	streams  *streams
	monitor  *monitor
	others   []func(huma.API) // Of other modules.
}

func newRooms(c Config, p Parts, log *slog.Logger) rooms {
	q := newQueries(p.Orders, p.History, c.BasePath)
	return rooms{
		commands: newCommands(p.Commands, p.Orders, c),
		queries:  q,
		streams:  newStreams(p.Live, q.newest, spellView, p.Budget.Share(clientShare), log),
		monitor:  newMonitor(p.Checks, p.Projections, c.MaxLag),
		others:   p.Operations,
	}
}

// addRooms makes the whole API.
func (s *Server) addRooms() {
	api := s.newAPI()
	if s.config.WithoutCommands {
		s.notServed("/commands", noCommands)
	} else {
		s.rooms.commands.add(api)
	}
	if s.config.WithoutQueries {
		s.notServed("/queries", noQueries)
	} else {
		// Before the orders, one of which might else be called stream.
		s.rooms.streams.add(withHead{s.app}, api)
		s.rooms.queries.add(api)
		for _, add := range s.rooms.others {
			add(api)
		}
	}
	if s.rooms.monitor.projections == nil {
		s.notServed("/admin", noProjections)
	}
	s.rooms.monitor.add(api)
	wire.ComposeExamples(api.OpenAPI().Components.Schemas)
	s.addPages(api)
}

func (s *Server) newAPI() huma.API {
	format := huma.Format{Marshal: wire.Encode}
	config := huma.Config{
		OpenAPI:       s.document(),
		Formats:       map[string]huma.Format{fiber.MIMEApplicationJSON: format, "json": format},
		DefaultFormat: fiber.MIMEApplicationJSON,
	}
	// Clients may send more than is known, and must expect to be sent more.
	config.AllowAdditionalPropertiesByDefault = true
	return humafiber.NewWithGroup(s.app, withHead{s.app}, config)
}

// withHead answers HEAD wherever it answers GET; fasthttp leaves the body out.
type withHead struct{ *fiber.App }

// Add implements fiber.Router.
func (w withHead) Add(method, path string, handlers ...fiber.Handler) fiber.Router {
	if method == fiber.MethodGet {
		w.App.Add(fiber.MethodHead, path, handlers...)
	}
	return w.App.Add(method, path, handlers...)
}
