package http_test

import (
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

func TestWrongSorts(t *testing.T) {
	s := start(t)
	for _, query := range []string{
		"sort=updated", "sort=%2BcreatedAt", "sort=-", "sort=createdAt&sort=createdAt",
	} {
		a := s.ask(t, "GET", show+"?"+query, "")
		a.is(t, 400)
		a.has(t, `"issues":[{"path":["sort"],"message":"must be `)
	}
}

// A cursor leads on in a list of its own sort, and in no other.
func TestACursorIsOfItsSort(t *testing.T) {
	s := start(t)
	s.order(t)
	s.order(t)
	sorts := []string{"-createdAt", "createdAt", "updatedAt", "-updatedAt"}
	for _, of := range sorts {
		a := s.ask(t, "GET", show+"?limit=1&sort="+of, "")
		cursor := a.json["nextCursor"].(string)
		for _, in := range append(sorts, "") {
			got := s.ask(t, "GET", show+"?sort="+in+"&cursor="+cursor, "")
			if in == of || in == "" && of == sorts[0] {
				got.is(t, 200)
				continue
			}
			got.is(t, 400)
			got.has(t, `"issues":[{"path":["cursor"],"message":"must be the nextCursor of a list `+
				`with the same sort"}]`)
		}
	}
}

// Cursors of a program that knew one sort lead on in that one.
func TestCursorsFromBeforeThereWereSorts(t *testing.T) {
	read := &asked{}
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders { return read })
	s.ask(t, "GET", show+"?cursor=AaIDgJVKVpJ_4hxme1vbbfTCAQyFMcA", "").is(t, 200)
	want := ports.Page{Limit: 51, After: ports.Place{
		At: time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC),
		ID: "ord_k2jh7yq4mz5vxw3n6tbacdefgh",
	}}
	if read.page != want {
		t.Errorf("it asks for %+v, want %+v", read.page, want)
	}
}
