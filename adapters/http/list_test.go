package http_test

import (
	"context"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

// asked is a read model that remembers what it was asked for.
type asked struct {
	ports.Orders
	filter ports.Filter
	page   ports.Page
}

func (a *asked) List(
	_ context.Context, f ports.Filter, p ports.Page, _ func(ports.OrderView) error,
) error {
	a.filter, a.page = f, p
	return nil
}

func TestFilters(t *testing.T) {
	read := &asked{}
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders { return read })
	at := func(text string) time.Time {
		parsed, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return parsed.UTC()
	}
	for query, want := range map[string]ports.Filter{
		"":                           {},
		"?userId=&status=&sku=":      {},
		"?paymentStatus=&createdTo=": {},
		"?fulfillmentStatus=&createdFrom=&cursor=": {},
		"?userId=a%00b+c%2Bd":                      {UserID: "a\x00b c+d"},
		"?sku=%C3%A9":                              {SKU: "é"},
		"?createdFrom=2026-11-22T12:44:48.200Z":    {CreatedFrom: at("2026-11-22T12:44:48.2Z")},
		"?createdTo=2026-11-22T13:44:48%2B01:00":   {CreatedTo: at("2026-11-22T12:44:48Z")},
		"?createdFrom=2026-11-22T12:44:48.2000001Z": {
			CreatedFrom: at("2026-11-22T12:44:48.201Z"),
		},
		"?updatedFrom=2026-11-22T12:44:48.2Z": {UpdatedFrom: at("2026-11-22T12:44:48.2Z")},
		"?updatedTo=2026-11-22T12:44:48.2Z":   {UpdatedTo: at("2026-11-22T12:44:48.2Z")},
		"?updatedFrom=&updatedTo=&sort=":      {},
		"?createdTo=0001-01-01T00:00:00Z":     {CreatedTo: at("0001-01-01T00:00:00.001Z")},
		"?status=CONFIRMED&userId=u&sku=s": {
			Statuses: []order.Status{order.StatusConfirmed}, UserID: "u", SKU: "s",
		},
	} {
		s.ask(t, "GET", show+query, "").is(t, 200)
		if !reflect.DeepEqual(read.filter, want) {
			t.Errorf("%s asks for %+v, want %+v", query, read.filter, want)
		}
	}
}

func TestWrongFilters(t *testing.T) {
	s := start(t)
	for query, field := range map[string]string{
		"limit=0": "limit", "limit=251": "limit", "limit=": "limit", "limit=ten": "limit",
		"limit=1.5": "limit", "limit=99999999999999999999": "limit", "limit=-1": "limit",
		"userId=%ff": "userId", "sku=a%C3": "sku",
		"userId=a&userId=a": "userId", "limit=1&limit=1": "limit", "sku=&sku=": "sku",
		"status=created": "status", "status=NONE": "status", "status=CREATED%20": "status",
		"paymentStatus=CREATED": "paymentStatus", "fulfillmentStatus=PAID": "fulfillmentStatus",
		"createdFrom=yesterday": "createdFrom", "createdTo=2026-11-22": "createdTo",
		"createdTo=2026-02-30T00:00:00Z":        "createdTo",
		"createdFrom=2026-11-22T13:44:48":       "createdFrom",
		"createdFrom=2026-11-22T13:44:48+01:00": "createdFrom",
		"createdFrom=2026-11-22T1:44:48Z":       "createdFrom",
		"createdFrom=2026-11-22T13:44:48,5Z":    "createdFrom",
		"cursor=x":                              "cursor", "cursor=%00": "cursor",
		"cursor=" + strings.Repeat("A", 30):        "cursor",
		"cursor=" + strings.Repeat("A", 32):        "cursor",
		"cursor=" + strings.Repeat("A", 30) + "B":  "cursor",
		"cursor=" + strings.Repeat("A", 29) + "BA": "cursor",
		"cursor=" + strings.Repeat("A", 30) + "=":  "cursor",
		"cursor=" + strings.Repeat("A", 30) + "+":  "cursor",
		"cursor=AAAA%0A" + strings.Repeat("A", 27): "cursor",
		"cursor=" + nowhere:                        "cursor",
	} {
		a := s.ask(t, "GET", show+"?"+query, "")
		if a.StatusCode != 400 {
			t.Errorf("%s got %d", query, a.StatusCode)
			continue
		}
		a.has(t, `"message":"❌ Validation failed"`,
			`"issues":[{"path":["`+field+`"],"message":"must`)
	}
	s.ask(t, "GET", show+"?cursor="+strings.Repeat("A", 31), "").is(t, 200)
	a := s.ask(t, "GET", show+"?status=x&limit=0&cursor=x", "")
	if n := strings.Count(a.text, `"path"`); n != 3 {
		t.Errorf("%d issues, want all 3: %s", n, a.text)
	}
}

func TestPages(t *testing.T) {
	s := start(t)
	var placed []string
	for n := range 60 {
		body := fmt.Sprintf(`{"userId":"user %d","items":[{"sku":"é&","qty":1,"price":1}]}`, n%2)
		a := s.ask(t, "POST", place, body)
		a.is(t, 201)
		placed = append(placed, a.id())
	}
	slices.Sort(placed)
	slices.Reverse(placed) // They were all placed at noon.

	for limit, pages := range map[string][]int{
		"": {50, 10}, "?limit=20": {20, 20, 20}, "?limit=59": {59, 1}, "?limit=60": {60},
		"?limit=250": {60}, "?userId=user+1&limit=29&status=CREATED&sku=%C3%A9%26": {29, 1},
		"?userId=nobody": {0}, "?sort=-updatedAt&limit=59": {59, 1},
		"?status=CANCELLED&status=CREATED&paymentStatus=NONE&paymentStatus=PAID&limit=59": {59, 1},
		"?sort=createdAt&limit=40": {40, 20}, "?sort=updatedAt&limit=20": {20, 20, 20},
	} {
		var seen []string
		next := show + limit
		for n, count := range pages {
			a := s.ask(t, "GET", next, "")
			a.is(t, 200)
			a.has(t, fmt.Sprintf(`{"count":%d,"orders":[`, count))
			seen = append(seen, idsIn(a)...)
			next = a.next(t)
			if last := n == len(pages)-1; last != (next == "") {
				t.Fatalf("%s: page %d of %d is followed by %q", limit, n+1, len(pages), next)
			}
		}
		if strings.Contains(limit, "sort=createdAt") || strings.Contains(limit, "sort=updatedAt") {
			slices.Reverse(seen)
		}
		if !strings.Contains(limit, "userId") && !slices.Equal(seen, placed) {
			t.Errorf("%s: pages show %v, want %v", limit, seen, placed)
		}
	}
}

// next is the path of the next page, which Link and nextCursor must both name.
func (a answer) next(t *testing.T) string {
	t.Helper()
	path, rest, _ := strings.Cut(strings.TrimPrefix(a.Header.Get("Link"), "<"), ">")
	cursor, _ := a.json["nextCursor"].(string)
	if cursor == "" && path == "" {
		return ""
	}
	u, err := url.Parse(path)
	if err != nil || rest != `; rel="next"` || u.Query().Get("cursor") != cursor {
		t.Fatalf("Link is %q, nextCursor %q", a.Header.Get("Link"), cursor)
	}
	return path
}

func idsIn(a answer) (ids []string) {
	for _, each := range a.json["orders"].([]any) {
		ids = append(ids, each.(object)["orderId"].(string))
	}
	return ids
}

// A filter takes the times that answers show.
func TestTimesOfAnswersAreThoseOfFilters(t *testing.T) {
	s := start(t)
	shown := s.ask(t, "GET", show+"/"+s.order(t), "").json["order"].(object)
	at := shown["createdAt"].(string)
	for query, count := range map[string]int{
		"createdFrom=" + at: 1, "createdTo=" + at: 0,
		"createdTo=2026-11-22T12:44:48.201Z": 1, "createdFrom=2026-11-22T12:44:48.201Z": 0,
		"createdFrom=" + at + "&createdTo=" + at: 0,
	} {
		s.ask(t, "GET", show+"?"+query, "").has(t, fmt.Sprintf(`{"count":%d,`, count))
	}
}
