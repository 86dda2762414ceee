package http

import (
	"regexp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"orders/app/access"
)

// A Rule is one of app/access's table, with the routes that it is for.
type Rule struct {
	Operation string   `json:"operation"`
	Needs     string   `json:"needs"`  // A scope, "nothing" or "any token".
	Routes    []string `json:"routes"` // Each a method and a path; empty for whatever has no route.
}

// parameter is one of a path, as Fiber writes it.
var parameter = regexp.MustCompile(`:(\w+)`)

// Rules returns who may do what, in the order of the table.
func (s *Server) Rules() (rules []Rule) {
	for _, r := range access.Table {
		rule := Rule{Operation: r.Operation, Needs: "nothing", Routes: []string{}}
		if r.Needs != access.Nothing {
			rule.Needs = string(r.Needs)
		}
		for route, operation := range s.routes {
			if operation == r.Operation && !strings.HasPrefix(route, fiber.MethodHead) {
				rule.Routes = append(rule.Routes, parameter.ReplaceAllString(route, "{$1}"))
			}
		}
		slices.Sort(rule.Routes)
		rules = append(rules, rule)
	}
	return rules
}
