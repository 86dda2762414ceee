package http_test

import (
	"log/slog"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
)

// A retry gets its answer from a service of another currency, or of one that changed since.
func TestARetryOutlivesTheDefaultCurrency(t *testing.T) {
	cents := strings.Replace(mouse, "599", "5.99", 1)
	named := strings.Replace(cents, `{"userId"`, `{"currency":"USD","userId"`, 1)
	others := strings.Replace(named, "USD", "EUR", 1)
	s := start(t)
	first := s.ask(t, "POST", place, cents, "Idempotency-Key", "k")
	first.is(t, 201)
	for _, currency := range []order.Currency{"EUR", "JPY", "KWD", "USD"} {
		s.Server = http.New(http.Config{Currency: currency}, s.parts, slog.New(slog.DiscardHandler))
		for _, body := range []string{cents, named} {
			for _, query := range []string{"", dry} {
				again := s.ask(t, "POST", place+query, body, "Idempotency-Key", "k")
				again.is(t, 200)
				again.header(t, "Idempotent-Replayed", "true")
				again.has(t, `"orderId":"`+first.id()+`"`)
			}
		}
		for _, body := range []string{others, strings.Replace(cents, "5.99", "5.98", 1)} {
			a := s.ask(t, "POST", place, body, "Idempotency-Key", "k")
			a.is(t, 422)
			a.has(t, `"code":"idempotency-key-reused"`)
		}
	}
	s.ask(t, "GET", first.Header.Get("Location"), "").has(t, `"currency":"USD"`, `"version":1`)
}
