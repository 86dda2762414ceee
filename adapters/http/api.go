package http

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/customer"
	"orders/adapters/http/wire"
)

// routes is the whole API.
func (s *Server) routes() {
	api := s.newAPI()
	if s.config.has(Command) {
		s.addCreate(api)
		s.addSteps(api)
	} else {
		s.notServed("/commands", without(Command))
	}
	if s.config.has(Query) {
		s.addStreams(api) // Before the orders, one of which might else be called stream.
		s.addQueries(api)
		customer.Add(api, s.summaries)
	} else {
		s.notServed("/queries", without(Query))
	}
	s.addHealth(api)
	s.addAdmin(api)
	wire.ComposeExamples(api.OpenAPI().Components.Schemas)
	s.addPages(api)
}

func (s *Server) addCreate(api huma.API) {
	op := commandOn(400, 412, 413, 415, 422, 500, 503)
	op.OperationID, op.Summary, op.Description = "create", "Create an order", createText
	op.Path, op.DefaultStatus = commandRoot, fiber.StatusCreated
	op.Responses["201"] = wire.Answers("The order was created.", "ETag", "Location",
		"Preference-Applied")
	op.Responses["201"].Content = content[commandResult](api)
	op.Responses["200"] = wire.Answers("The Idempotency-Key came before: the first answer "+
		"again, as it was then. Or what a dry run found.",
		"ETag", "Location", "Idempotent-Replayed", "Preference-Applied")
	op.Responses["200"].Content = doneOrNot(api)
	huma.Register(api, op, s.create)
	describeBody[newOrder](api, op)
}

// commandOn describes what all commands have in common.
func commandOn(statuses ...int) huma.Operation {
	return huma.Operation{
		Method: fiber.MethodPost, Tags: []string{"commands"},
		Parameters: []*huma.Param{
			wire.Parameter("IdempotencyKey"), wire.Parameter("DryRun"), wire.Parameter("Prefer"),
			wire.Parameter("RequestId"), wire.Parameter("Traceparent"),
		},
		Responses: wire.Failures(statuses...),
	}
}

func (s *Server) addQueries(api huma.API) {
	order := queryRoot + "/{" + orderID + "}"
	view := wire.Query(order, "order", "Show an order", wire.Answers("The order.", "ETag"),
		400, 404, 500, 503)
	view.Parameters = append(view.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("AtVersion"), wire.Parameter("MinVersion"),
		wire.Parameter("IfNoneMatch"))
	view.Responses["304"] = wire.Answers("The client has this version already.", "ETag")
	huma.Register(api, view, s.view)

	past := wire.Query(order+"/history", "history", "Tell all that happened to an order",
		wire.Answers("The events, the oldest first.", "Link"), 400, 404, 500, 503)
	past.Description = historyText
	past.Parameters = append(past.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("EventLimit"), wire.Parameter("EventCursor"))
	huma.Register(api, past, s.showHistory)

	list := wire.Query(queryRoot, "orders", "List orders, the newest first",
		wire.Answers("A page of orders.", "Link"), 400, 500, 503)
	list.Description = listText
	for _, name := range listParameters {
		list.Parameters = append(list.Parameters, wire.Parameter(componentOf(name)))
	}
	huma.Register(api, list, s.list)
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
