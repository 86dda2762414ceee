package http

import (
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
)

// routes has the operation of each route, by its method and path. All of them are added here, so
// that enter stands before each handler.
type routes map[string]string

// add adds the routes of an operation of the API: GET is also answered to HEAD, and fasthttp leaves
// the body out.
func (s *Server) add(op *huma.Operation, handle fiber.Handler) {
	path := strings.NewReplacer("{", ":", "}", "").Replace(op.Path)
	methods := []string{op.Method}
	if op.Method == fiber.MethodGet {
		methods = append(methods, fiber.MethodHead)
	}
	s.route(methods, path, op.OperationID, func(c *fiber.Ctx) {
		wire.Note(c, op)
		s.trace(c.Context(), op)
	}, handle)
}

// addAt adds a route of Fiber for each of the methods. It has no part in the API's document.
func (s *Server) addAt(methods []string, path, operation string, handle fiber.Handler) {
	s.route(methods, path, operation, func(*fiber.Ctx) {}, handle)
}

// route adds a route of Fiber for each of the methods. The log is told first what is asked for.
func (s *Server) route(
	methods []string, path, operation string, note func(*fiber.Ctx), handle fiber.Handler,
) {
	for _, method := range methods {
		s.routes[method+" "+path] = operation
		s.app.Add(method, path, func(c *fiber.Ctx) error {
			visitOf(c.Context()).untraced = operation != access.Elsewhere
			note(c)
			c.Context().SetUserValue(operationKey{}, operation)
			if err := s.enter(c, operation); err != nil {
				return err
			}
			return handle(c)
		})
	}
}

// checkRules returns an error if somebody could ask for what the table of app/access has no rule
// for, or if a route was not added here.
func (s *Server) checkRules() error {
	for route, operation := range s.routes {
		if !access.HasRule(operation) {
			return fmt.Errorf("app/access/table.go has no rule for the operation %q (%s), so "+
				"the service does not start", operation, route)
		}
	}
	guards := 0
	for _, r := range s.app.GetRoutes() {
		if _, known := s.routes[r.Method+" "+r.Path]; known {
			continue
		}
		if guards++; r.Path != "/" || guards > len(fiber.DefaultMethods) {
			return fmt.Errorf("the route %s %s is not of an operation that app/access/table.go "+
				"has a rule for, so the service does not start", r.Method, r.Path)
		}
	}
	return nil
}

// An adapter adds the operations of Huma as all others are added.
type adapter struct {
	huma.Adapter
	server *Server
}

// Handle implements huma.Adapter.
func (a adapter) Handle(op *huma.Operation, handle func(huma.Context)) {
	group := operationRouter{a.server.app, func(h fiber.Handler) { a.server.add(op, h) }}
	humafiber.NewWithGroup(a.server.app, group, huma.Config{}).Adapter().Handle(op, handle)
}

// An operationRouter adds one operation, wherever Huma wants it.
type operationRouter struct {
	*fiber.App
	add func(fiber.Handler)
}

// Add implements fiber.Router.
func (r operationRouter) Add(_, _ string, handlers ...fiber.Handler) fiber.Router {
	r.add(handlers[0])
	return r.App
}
