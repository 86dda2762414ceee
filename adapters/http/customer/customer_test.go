package customer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	domain "orders/domain/customer"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"

	memory "orders/adapters/memory/customer"
)

// get asks a server that has only the module's read model.
func get(t *testing.T, summaries customer.Summaries, path string) (int, string) {
	t.Helper()
	s := http.New(http.Config{}, http.Parts{Summaries: summaries},
		slog.New(slog.DiscardHandler))
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

func row(n byte, user string, at int, p domain.Purchase) customer.Row {
	p.UserID = user
	return customer.Row{
		OrderID: order.MakeID([]byte(strings.Repeat(string('a'+n), 17))), Version: 1,
		CreatedAt: time.Date(2026, 11, 22, 12, 0, at, 0, time.UTC), Purchase: p,
	}
}

func TestSummary(t *testing.T) {
	money := func(minor int64, c order.Currency) order.Money {
		return order.Money{Minor: minor, Currency: c}
	}
	rows := memory.NewPurchases()
	for _, err := range rows.Save(t.Context(), []customer.Row{
		row(0, "ann", 1, domain.Purchase{
			Open: true, Spent: money(1050, "USD"), Refunded: money(5, "USD"),
		}),
		row(1, "ann", 3, domain.Purchase{Spent: money(700, "JPY"), Refunded: money(0, "JPY")}),
		row(2, "ann", 2, domain.Purchase{Spent: money(50, "USD"), Refunded: money(50, "USD")}),
		row(3, "bob", 4, domain.Purchase{Open: true, Spent: money(1, "KWD")}),
	}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	last := string(row(1, "", 0, domain.Purchase{}).OrderID)
	want := `{"userId":"ann","orders":3,"openOrders":1,"totals":[` +
		`{"currency":"JPY","orders":1,"spent":700,"refunded":0},` +
		`{"currency":"USD","orders":2,"spent":11,"refunded":0.55}],` +
		`"lastOrder":{"orderId":"` + last + `","createdAt":"2026-11-22T12:00:03.000Z"}}`
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
		rows := memory.NewPurchases()
		for n := range 9_264 {
			if errs := rows.Save(t.Context(), []customer.Row{{
				OrderID: order.MakeID(fmt.Appendf(nil, "%016d ", n)), Version: 1,
				Purchase: domain.Purchase{
					UserID:   "ann",
					Spent:    order.Money{Minor: order.MinorMax, Currency: tt.currency},
					Refunded: order.Money{Minor: order.MinorMax - 1, Currency: tt.currency},
				},
			}}); errs != nil {
				t.Fatal(errs)
			}
		}
		status, got := get(t, rows, "/queries/users/ann/summary")
		if status != 200 || !strings.Contains(got, tt.want) {
			t.Errorf("%d %s, want %s", status, got, tt.want)
		}
	}
}

// A user who has not ordered is no error: nobody keeps a list of users here.
func TestAUserWithoutOrders(t *testing.T) {
	for path, user := range map[string]string{
		"nobody": "nobody", "ANN": "ANN", "a+b@example.org": "a+b@example.org", "a%20b": "a b",
		"a%2Fb": "a/b", "a%252Fb": "a%2Fb", "%3F": "?", "%C3%A9%F0%9F%98%80": "é😀",
		strings.Repeat("%C3%A9", 128): strings.Repeat("é", 128),
	} {
		status, got := get(t, memory.NewPurchases(), "/queries/users/"+path+"/summary")
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
