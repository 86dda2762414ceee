package http_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// short records an order with an ID, as another program may have made it.
func (s *service) short(t *testing.T, id order.ID) {
	t.Helper()
	created := order.Created{UserID: "ann", Lines: []order.Line{
		{SKU: "mouse", Quantity: 1, Price: order.Money{Minor: 599, Currency: "USD"}},
	}}
	err := s.store.Append(t.Context(), ports.Stream{ID: id}, ports.Commit{
		OrderID: id, Version: 1, At: noon.UTC().Truncate(time.Millisecond), ID: rand.Text(),
		Events: []order.Event{created},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Orders with short IDs, of which two differ in case alone, are asked for and changed like others.
func TestShortIDs(t *testing.T) {
	s := start(t)
	all := []order.ID{"ord_aB3-_xYz0-", "ord_Ab3-_xYz0-", "ord_----------", "ord___________"}
	for _, id := range all {
		s.short(t, id)
	}
	for _, id := range all {
		s.ask(t, "GET", show+"/"+string(id)+"?minVersion=1", "").has(t,
			`"orderId":"`+string(id)+`"`)
	}
	first := string(all[0])
	s.do(t, first, "confirm", "").has(t, `"orderId":"`+first+`"`, `"version":2`)
	s.ask(t, "GET", show+"/"+first+"/history", "").has(t, `"type":"OrderConfirmed"`)
	s.ask(t, "GET", show+"/"+string(all[1]), "").has(t, `"version":1`)
	s.ask(t, "GET", show+"/"+strings.ToLower(first), "").is(t, 404)
	for _, none := range []string{"ord_aB3-_xYz0", "ord_aB3-_xYz0-0", "ord_aB3%2F_xYz0-"} {
		s.ask(t, "GET", show+"/"+none, "").is(t, 404)
		s.ask(t, "POST", place+"/"+none+"/confirm", "").is(t, 404)
	}
}

// Pages go on after an order with a short ID, however the list is sorted.
func TestPagesThroughShortIDs(t *testing.T) {
	s := start(t)
	want := map[string]bool{}
	for _, id := range []order.ID{"ord_aB3-_xYz0-", "ord_Ab3-_xYz0-", "ord_zzzzzzzzzz"} {
		s.short(t, id)
		want[string(id)] = true
	}
	for range 2 {
		want[s.order(t)] = true
	}
	for id := range want {
		s.ask(t, "GET", show+"/"+id+"?minVersion=1", "").is(t, 200)
	}
	for _, sort := range []string{"createdAt", "-createdAt", "updatedAt", "-updatedAt"} {
		seen, cursor := map[string]bool{}, ""
		for range want {
			query := url.Values{"limit": {"1"}, "sort": {sort}, "cursor": {cursor}}
			page := s.ask(t, "GET", show+"?"+query.Encode(), "")
			page.is(t, 200)
			for id := range want {
				seen[id] = seen[id] || strings.Contains(page.text, `"orderId":"`+id+`"`)
			}
			cursor, _ = page.json["nextCursor"].(string)
		}
		for id := range want {
			if !seen[id] || cursor != "" {
				t.Errorf("by %s the pages have %v, and then %q", sort, seen, cursor)
			}
		}
	}
}
