package http

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

// routes is the whole API. One more command on an order is one more step here.
func (s *Server) routes() {
	api := s.newAPI()
	s.addCreate(api)
	step[confirmation]{"confirm", "confirm", "Make an order binding",
		"✅ Order confirmed"}.add(s, api)
	step[cancellation]{"cancel", "cancel", "End an order, and say why",
		"✅ Order cancelled"}.add(s, api)
	s.addQueries(api)
	s.addPages(api)
}

// A step is a command on an order: its name in the domain, its path below the order's, what it
// does, and what its answer says when it is done.
type step[W wish] struct{ name, path, summary, done string }

func (t step[W]) add(s *Server, api huma.API) {
	s.steps[t.name] = t.path
	op := commandOn(400, 404, 409, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = t.name, t.summary, stepText
	op.Path = commandRoot + "/{" + orderID + "}/" + t.path
	op.Parameters = append(op.Parameters, parameter("OrderId"))
	op.Responses["200"] = answers("It is done, now or before.", "ETag", "Idempotent-Replayed",
		"Preference-Applied")
	huma.Register(api, op, change[W](s, t.done))
	describeBody[W](api, op)
}

func (s *Server) addCreate(api huma.API) {
	op := commandOn(400, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = "create", "Create an order", createText
	op.Path, op.DefaultStatus = commandRoot, fiber.StatusCreated
	op.Responses["201"] = answers("The order was created.", "ETag", "Location",
		"Preference-Applied")
	again := answers("The Idempotency-Key came before: the first answer again, as it was then.",
		"ETag", "Location", "Idempotent-Replayed", "Preference-Applied")
	again.Content = content[commandResult](api)
	op.Responses["200"] = again
	huma.Register(api, op, s.create)
	describeBody[newOrder](api, op)
}

// commandOn describes what all commands have in common.
func commandOn(statuses ...int) huma.Operation {
	return huma.Operation{
		Method: fiber.MethodPost, Tags: []string{"commands"},
		Parameters: []*huma.Param{
			parameter("IdempotencyKey"), parameter("Prefer"), parameter("RequestId"),
			parameter("Traceparent"),
		},
		Responses: failures(statuses...),
	}
}

func (s *Server) addQueries(api huma.API) {
	view := query(queryRoot+"/{"+orderID+"}", "order", "Show an order", 404, 500, 503)
	view.Parameters = append(view.Parameters, parameter("OrderId"))
	view.Responses["200"] = answers("The order.", "ETag")
	huma.Register(api, view, s.view)

	list := query(queryRoot, "orders", "List the newest orders", 400, 500, 503)
	list.Parameters = append(list.Parameters, parameter("UserId"), parameter("Limit"))
	list.Responses["200"] = answers("The newest orders, the newest first.")
	huma.Register(api, list, s.list)

	health := query("/health", "health", "Tell whether the service is up", 500)
	health.Tags = []string{"service"}
	health.Responses["200"] = answers("It is up.")
	huma.Register(api, health, s.health)
}

func query(path, id, summary string, statuses ...int) huma.Operation {
	return huma.Operation{
		Method: fiber.MethodGet, Path: path, OperationID: id, Summary: summary,
		Tags:       []string{"queries"},
		Parameters: []*huma.Param{parameter("RequestId")},
		Responses:  failures(statuses...),
	}
}

func (s *Server) newAPI() huma.API {
	format := huma.Format{Marshal: encode}
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
