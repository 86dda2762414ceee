package customer

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	nethttp "net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"
)

// get asks a server that has only the module's read model.
func get(t *testing.T, summaries customer.Summaries, path string) (int, string) {
	t.Helper()
	s := http.New(http.Config{}, http.Parts{Operations: []func(huma.API){
		func(api huma.API) { Add(api, summaries) },
	}}, slog.New(slog.DiscardHandler))
	req := httptest.NewRequestWithContext(t.Context(), nethttp.MethodGet, path, nethttp.NoBody)
	res, err := s.Test(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// always is a read model that has one summary, whoever is asked for.
type always customer.Summary

func (a always) Summary(context.Context, string) (customer.Summary, error) {
	return customer.Summary(a), nil
}

func sumOf(minor int64, c order.Currency) (s customer.Sum) {
	s.Add(order.Money{Minor: minor, Currency: c})
	return s
}

func TestSummary(t *testing.T) {
	last := order.MakeID([]byte("1234567890123456 "))
	rows := always{
		Orders: 3, Open: 1,
		Totals: []customer.Total{
			{Orders: 1, Spent: sumOf(700, "JPY"), Refunded: sumOf(0, "JPY")},
			{Orders: 2, Spent: sumOf(1100, "USD"), Refunded: sumOf(55, "USD")},
		},
		Last: customer.Last{
			OrderID: last, CreatedAt: time.Date(2026, 11, 22, 12, 0, 3, 0, time.UTC),
		},
	}
	want := `{"userId":"ann","orders":3,"openOrders":1,"totals":[` +
		`{"currency":"JPY","orders":1,"spent":700,"refunded":0},` +
		`{"currency":"USD","orders":2,"spent":11,"refunded":0.55}],` +
		`"lastOrder":{"orderId":"` + string(last) + `","createdAt":"2026-11-22T12:00:03.000Z"}}`
	for _, path := range []string{"ann", "%61nn"} {
		status, got := get(t, rows, "/queries/users/"+path+"/summary")
		if status != 200 || got != want {
			t.Errorf("%d %s, want %s", status, got, want)
		}
	}
}

// Amounts beyond what a double, and then a long, holds are written with all their digits.
func TestLargeSums(t *testing.T) {
	for _, tt := range []struct {
		currency order.Currency
		want     string
	}{
		{"JPY", `"spent":9263999999999990736,"refunded":9263999999999981472}`},
		{"USD", `"spent":92639999999999907.36,"refunded":92639999999999814.72}`},
		{"KWD", `"spent":9263999999999990.736,"refunded":9263999999999981.472}`},
	} {
		total := customer.Total{Orders: 9_264}
		for range total.Orders {
			total.Spent.Add(order.Money{Minor: order.MinorMax, Currency: tt.currency})
			total.Refunded.Add(order.Money{Minor: order.MinorMax - 1, Currency: tt.currency})
		}
		rows := always{Orders: total.Orders, Totals: []customer.Total{total}}
		status, got := get(t, rows, "/queries/users/ann/summary")
		if status != 200 || !strings.Contains(got, tt.want) {
			t.Errorf("%d %s, want %s", status, got, tt.want)
		}
	}
}

func TestTheDocumentDescribesTheOperation(t *testing.T) {
	_, text := get(t, always{}, "/openapi.json")
	var doc struct {
		Paths map[string]map[string]struct {
			Responses  map[string]any
			Parameters []struct{ Name string }
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	op := doc.Paths["/queries/users/{userId}/summary"]["get"]
	statuses := slices.Sorted(maps.Keys(op.Responses))
	if !slices.Equal(statuses, []string{"200", "400", "500", "503"}) ||
		len(op.Parameters) != 2 || op.Parameters[0].Name != "userId" {
		t.Errorf("it is described by %+v", op)
	}
}

// A user who has not ordered is no error: nobody keeps a list of users here.
func TestAUserWithoutOrders(t *testing.T) {
	for path, user := range map[string]string{
		"nobody": "nobody", "ANN": "ANN", "a+b@example.org": "a+b@example.org", "a%20b": "a b",
		"a%2Fb": "a/b", "a%252Fb": "a%2Fb", "%3F": "?", "%C3%A9%F0%9F%98%80": "é😀",
		strings.Repeat("%C3%A9", 128): strings.Repeat("é", 128),
	} {
		status, got := get(t, always{}, "/queries/users/"+path+"/summary")
		want := `{"userId":"` + user + `","orders":0,"openOrders":0,"totals":[]}`
		if status != 200 || got != want {
			t.Errorf("%s: %d %s, want %s", path, status, got, want)
		}
	}
}

// failing is a read model that fails.
type failing struct{ error }

func (f failing) Summary(context.Context, string) (customer.Summary, error) {
	return customer.Summary{}, f.error
}

// Nobody is asked for a user who cannot be.
func TestImpossibleUsers(t *testing.T) {
	for _, user := range []string{
		"%00", "a%0Ab", "%7F", "%C2%85", "%FF", "a%C3", strings.Repeat("x", 129),
		strings.Repeat("x", 7000),
	} {
		path := "/queries/users/" + user + "/summary"
		status, got := get(t, failing{errors.New("asked")}, path)
		if status != 400 || !strings.Contains(got, `"issues":[{"path":["userId"],"message":"must`) {
			t.Errorf("%.20s: %d %s", user, status, got)
		}
	}
	if status, got := get(t, failing{}, "/queries/users//summary"); status != 404 {
		t.Errorf("no user: %d %s", status, got)
	}
}

func TestFailures(t *testing.T) {
	for err, want := range map[error]int{
		ports.ErrUnavailable: 503, context.DeadlineExceeded: 503, errors.New("secret"): 500,
	} {
		status, got := get(t, failing{err}, "/queries/users/ann/summary")
		if status != want || strings.Contains(got, "secret") {
			t.Errorf("%v became %d %s", err, status, got)
		}
	}
}
