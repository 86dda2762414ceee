package http_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

// damaged is a read model whose views cannot be read one by one.
type damaged struct{ ports.Orders }

func (damaged) Order(context.Context, order.ID) (ports.OrderView, error) {
	return ports.OrderView{}, ports.ErrUnreadable
}

// An order whose view cannot be read is shown as it is, and one that is not there is not.
func TestAnOrderIsShownWhoseViewCannotBeRead(t *testing.T) {
	s := startWith(t, http.Config{}, nil, func(good ports.Orders) ports.Orders {
		return damaged{good}
	})
	id := s.order(t)
	s.do(t, id, "confirm", "")
	a := s.ask(t, "GET", show+"/"+id, "")
	a.is(t, 200)
	a.header(t, "ETag", `"2"`)
	a.has(t, `"status":"CONFIRMED"`)
	s.ask(t, "GET", show+"/"+nowhere, "").is(t, 404)
}

// Whose order it is, the first commit tells where the view cannot.
func TestADamagedViewIsShownToItsUserAlone(t *testing.T) {
	s := startWith(t, http.Config{}, nil, func(good ports.Orders) ports.Orders {
		return damaged{good}
	})
	s.parts.Tokens = &tokens{}
	s.Server = http.New(http.Config{}, s.parts, slog.New(slog.DiscardHandler))
	bobs := s.orderOf(t, "bob")
	shown := s.ask(t, "GET", show+"/"+bobs, "", as("bob", "orders:read")...)
	shown.is(t, 200)
	shown.header(t, "ETag", `"2-r"`)
	s.ask(t, "GET", show+"/"+bobs, "", as("staff", "orders:manage")...).is(t, 200)
	unknown := s.ask(t, "GET", show+"/"+nowhere, "", as("ann", "orders:read")...)
	unknown.is(t, 404)
	foreign := s.ask(t, "GET", show+"/"+bobs, "", as("ann", "orders:read")...)
	foreign.isLike(t, "a damaged view", unknown, bobs)
}

// unreadable is a store whose commits cannot be read.
type unreadable struct{ ports.EventStore }

func (unreadable) Read(context.Context, order.ID, int, func(ports.Commit) error) error {
	return ports.ErrUnreadable
}

// An order of which nobody can tell whose it is, is nobody's.
func TestAnOrderWithoutAReadableBeginningIsNobodys(t *testing.T) {
	s := startWith(t, http.Config{}, func(good ports.EventStore) ports.EventStore {
		return unreadable{good}
	}, nil)
	s.parts.Tokens = &tokens{}
	s.Server = http.New(http.Config{}, s.parts, slog.New(slog.NewJSONHandler(s.log, nil)))
	ask := func(method, path string) {
		t.Helper()
		s.log.forget()
		a := s.ask(t, method, path, "", as("ann", "orders:write")...)
		a.is(t, 404)
		if strings.Contains(a.text, "form") {
			t.Errorf("%s %s tells %s", method, path, a.text)
		}
		// Operators learn what the caller must not.
		line := s.log.requests(t)[0]
		if why, _ := line["error"].(string); line["level"] != "ERROR" ||
			!strings.Contains(why, ports.ErrUnreadable.Error()) {
			t.Errorf("%s %s is logged as %v", method, path, line)
		}
	}
	for _, below := range []string{"/history", "?atVersion=1", "?minVersion=1", "/stream"} {
		ask("GET", show+"/"+nowhere+below)
	}
	ask("POST", place+"/"+nowhere+"/confirm")
	ask("POST", place+"/"+nowhere+"/confirm?dryRun=true")
	staff := as("staff", "orders:manage")
	s.ask(t, "GET", show+"/"+nowhere+"/history", "", staff...).is(t, 503)
}
