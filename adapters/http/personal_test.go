package http_test

import (
	"slices"
	"strings"
	"testing"

	"orders/adapters/http"
)

// Where callers need tokens, every answer says that it is for its caller alone.
func TestAnswersToCallersArePersonal(t *testing.T) {
	s := guardedAs(t, http.Config{Origins: []string{shop}}, &tokens{})
	id := s.orderOf(t, "ann")
	for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS", "PUT"} {
		for _, path := range []string{
			show, show + "/" + id, show + "/" + id + "?atVersion=9", show + "/" + nowhere,
			show + "/" + id + "/history", show + "/stream", show + "/" + id + "/stream",
			show + "?limit=x", place, place + "/" + id + "/confirm", place + "/" + id + "/complete",
			"/queries/users/ann/summary", "/Queries/Orders", "/queries//orders", "/queries",
		} {
			for _, who := range [][]string{
				nil, as("expired"), as("ann"), as("ann", "orders:write"), callers["m"],
			} {
				if method == "GET" && strings.HasSuffix(path, "/stream") {
					continue // It would not end; HEAD has the same headers.
				}
				headers := append(slices.Clone(who), "Origin", shop)
				a := s.ask(t, method, path, "", headers...)
				kept := "private"
				if strings.HasPrefix(a.Header.Get("Content-Type"), "text/event-stream") {
					kept = "no-store"
				}
				vary := a.Header.Values("Vary")
				if !slices.Equal(vary, []string{"Origin", "Authorization"}) ||
					a.Header.Get("Cache-Control") != kept {
					t.Errorf("%s %s (%d): Vary %q, Cache-Control %q", method, path, a.StatusCode,
						vary, a.Header.Get("Cache-Control"))
				}
			}
		}
	}
}

// Where nobody needs a token, answers are everybody's.
func TestAnswersToEverybodyAreNotPersonal(t *testing.T) {
	s := start(t)
	for _, path := range []string{show, show + "/" + s.order(t), show + "/" + nowhere} {
		a := s.ask(t, "GET", path, "")
		a.header(t, "Vary", "")
		a.header(t, "Cache-Control", "")
	}
}

// What is known to one class is not what another one is shown.
func TestA304IsPersonal(t *testing.T) {
	s := guarded(t)
	id := s.orderOf(t, "ann")
	for _, who := range callers {
		tag := s.ask(t, "GET", show+"/"+id, "", who...).Header.Get("ETag")
		a := s.ask(t, "GET", show+"/"+id, "", append(slices.Clone(who), "If-None-Match", tag)...)
		a.is(t, 304)
		a.header(t, "Vary", "Authorization")
		a.header(t, "Cache-Control", "private")
	}
}
