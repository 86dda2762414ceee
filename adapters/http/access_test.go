package http_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/adapters/http/customer"
	"orders/app/access"
	sums "orders/ports/customer"
)

// The pages, and what is for Prometheus, which the API's document leaves out.
var pages = map[string]string{
	"/": "docs", "/docs": "docs", "/docs/*": "docs",
	"/openapi.json": "document", "/openapi.yaml": "document", "/schemas/*": "document",
	"/asyncapi.json": "document", "/metrics": "metrics",
	// Of the admin port alone: see TestProfilesAreForOperators.
	"/debug/pprof": "other", "/debug/pprof/*": "other",
}

// A route is a method and a path of the running server, and the operation of both.
type route struct{ method, path, operation string }

// routesOf are all routes of the server, by its router, with the operations that the API's document
// or pages have for them.
func routesOf(t *testing.T, s *service, all []documented) (routes []route) {
	t.Helper()
	fiberPath := strings.NewReplacer("{", ":", "}", "")
	for _, r := range s.App().GetRoutes(true) {
		operation := pages[r.Path]
		for _, d := range all {
			if fiberPath.Replace(d.path) == r.Path &&
				(d.method == r.Method || d.method == "GET" && r.Method == "HEAD") {
				operation = d.op["operationId"].(string)
			}
		}
		if operation == "" {
			t.Errorf("%s %s is no operation of the document", r.Method, r.Path)
		}
		path := strings.NewReplacer(":orderId", nowhere, ":userId", "U", "*", "x").Replace(r.Path)
		routes = append(routes, route{r.Method, path, operation})
	}
	return routes
}

// entry is what a bearer is told: 401, 403, or 0 for anything else.
func entry(operation string, b bearer) int {
	switch needs := access.Needs(operation); {
	case needs == access.Nothing, slices.Contains(b.scopes, needs):
		return 0
	case b.scopes == nil:
		return 401
	}
	return 403
}

// wantEntry asks as everybody.
func (c *rawClient) wantEntry(t *testing.T, method, target, operation string) {
	t.Helper()
	for _, b := range bearers() {
		got, want := c.status(t, method, target, b.header), 0
		if method != "OPTIONS" {
			want = entry(operation, b)
		}
		isRefused := got == 401 || got == 403
		if got != want && (isRefused || want != 0) || got >= 500 {
			t.Errorf("%s %s (%s) as %s: %d, want %d", method, target, operation, b.name, got, want)
		}
		if want == 0 && operation == "other" && got != 404 && got != 405 && got != 204 {
			t.Errorf("%s %s as %s: %d, though there is no such operation", method, target, b.name,
				got)
		}
	}
}

var allMethods = []string{
	"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get",
}

// alike are paths that the router takes for the same as path.
func alike(path string) []string {
	return []string{
		path, strings.TrimSuffix(path, "/") + "/", strings.ToUpper(path),
		path + "?access=all", "http://y" + path,
	}
}

// unlike are paths that others might take for the same as path, but not the router.
func unlike(path string) []string {
	last := strings.LastIndexByte(path, '/') + 1
	return []string{
		"/" + path, "/." + path, "/x/.." + path, path + "//", path + ";x", path + "%2F",
		path[:last] + fmt.Sprintf("%%%02x", path[last]) + path[last+1:],
		path[:last] + "%2e%2e%2f" + path[last:], "/livez/.." + path, "/docs/..%2F.." + path,
	}
}

// reached is the operation that somebody who may do everything reaches, as the log tells.
func (c *rawClient) reached(t *testing.T, log *lines, method, target string) string {
	t.Helper()
	log.forget()
	all := bearers()
	status := c.status(t, method, target, all[len(all)-1].header)
	lines := log.requests(t)
	if len(lines) > 0 {
		if operation := cmp.Or(lines[0]["command"], lines[0]["query"]); operation != nil {
			return operation.(string)
		}
		if status < 400 || method != "POST" && isPage(strings.TrimPrefix(target, "/shop")) {
			return "docs" // Pages have no operation in the log.
		}
		return "other"
	}
	if c.conn == nil {
		return "streamOrders" // The line comes when a stream ends.
	}
	return "health" // Nor have probes a line.
}

func isPage(target string) bool {
	return strings.HasPrefix(target, "/docs/") || strings.HasPrefix(target, "/schemas/")
}

// noSums is a read model without orders.
type noSums struct{}

func (noSums) Summary(context.Context, string) (sums.Summary, error) { return sums.Summary{}, nil }

// guardedByAll starts a service with all operations that asks for tokens, and returns its routes.
func guardedByAll(t *testing.T, c http.Config) (*listener, []route) {
	t.Helper()
	s, all := everything(t, http.Config{AdminAddress: "127.0.0.1:0"})
	routes := routesOf(t, s, all)
	c.Address, c.AdminAddress = "127.0.0.1:0", "127.0.0.1:0"
	s = startAs(t, c, func(p *http.Parts) {
		p.Tokens, p.Projections, p.Relays = &tokens{}, behind, stuck
		p.Operations = append(p.Operations, func(api huma.API) { customer.Add(api, noSums{}) })
	})
	s.Started()
	return serve(t, s), routes
}

func TestEveryRouteIsGuardedAsTheTableSays(t *testing.T) {
	l, routes := guardedByAll(t, http.Config{})
	c := &rawClient{address: l.Addr().String()}
	seen, methods := map[string]bool{}, map[string][]string{}
	for _, r := range routes {
		seen[r.operation] = true
		methods[r.path] = append(methods[r.path], r.method)
		for _, target := range alike(r.path) {
			c.wantEntry(t, r.method, target, r.operation)
		}
	}
	for path, known := range methods {
		for _, method := range allMethods {
			if !slices.Contains(known, method) {
				c.wantEntry(t, method, path, "other")
			}
		}
	}
	for _, rule := range access.Table {
		if !seen[rule.Operation] && rule.Operation != "other" && rule.Operation != "profiles" {
			t.Errorf("the table has %s, and nobody serves it", rule.Operation)
		}
	}
}

// However a path is written, who asks by it is asked for what the operation needs that it leads to.
func TestNoPathLeadsAroundTheTable(t *testing.T) {
	l, routes := guardedByAll(t, http.Config{BasePath: "/shop"})
	c := &rawClient{address: l.Addr().String()}
	for _, r := range routes {
		if r.path == "/" {
			continue
		}
		for _, path := range []string{r.path, "/shop" + r.path} {
			for _, target := range unlike(path) {
				c.wantEntry(t, r.method, target, c.reached(t, l.log, r.method, target))
			}
		}
	}
}

// No header changes what is asked for.
func TestNoHeaderLeadsAroundTheTable(t *testing.T) {
	l, _ := guardedByAll(t, http.Config{})
	c := &rawClient{address: l.Addr().String()}
	for _, header := range []string{
		"X-HTTP-Method-Override: GET", "X-HTTP-Method: GET", "X-Method-Override: OPTIONS",
		"X-Original-URL: /livez", "X-Rewrite-URL: /livez", "X-Forwarded-Prefix: /livez",
		"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: localhost", "X-Real-IP: 127.0.0.1",
		"Forwarded: for=127.0.0.1", "Origin: http://localhost",
		"Access-Control-Request-Method: GET",
		"X-User: ann", "X-Forwarded-User: ann", "Proxy-Authorization: Bearer " + ann,
		"Cookie: access_token=" + ann, "X-Authorization: Bearer " + ann,
		"Connection: Authorization", "Upgrade: h2c",
	} {
		for _, target := range []string{show, "/admin/projections", show + "/" + nowhere} {
			if got := c.status(t, "GET", target, header); got != 401 {
				t.Errorf("GET %s with %s: %d", target, header, got)
			}
		}
	}
}
