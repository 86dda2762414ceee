package e2e_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"

	orders "orders/adapters/http"
	"orders/adapters/metrics"
	"orders/service"
)

const (
	strangeRequests = 10_000
	// seriesMost is what all operations with all their statuses and codes come to, and more.
	seriesMost = 3000
	planted    = "Planted" // Stands in whatever the strange requests make up, but for
	knownID    = "ord_k2jh7yq4mz5vxw3n6tbacdefgh"
)

// A stranger asks for whatever comes to its mind.
type stranger struct {
	client
	dice *mathrand.Rand
}

func (s stranger) one(of ...string) string { return of[s.dice.IntN(len(of))] }

// made is a text that nobody else has.
func (s stranger) made() string { return planted + rand.Text()[:10] }

func (s stranger) path() string {
	id := s.one("ord_"+s.made(), s.made(), knownID, "%2e%2e", "a/b")
	return s.one(
		"/", "/"+s.made(), "/commands/orders", "/commands/orders/"+id+"/confirm",
		"/commands/orders/"+id+"/"+s.made(), "/commands/orders/"+id+"/payments/capture",
		"/queries/orders", "/queries/orders/"+id, "/queries/orders/"+id+"/history",
		"/queries/orders?userId="+s.made(), "/queries/orders?"+s.made()+"=1",
		"/queries/users/"+s.made()+"/summary", "/livez?"+s.made(), "/admin/"+s.made(),
		"/metrics/"+s.made(), "/metrics", "/docs/"+s.made(), "/schemas/"+s.made(), "//"+s.made(),
	)
}

// ask sends one strange request. Many are refused before a handler sees them.
func (s stranger) ask(ctx context.Context) error {
	method := s.one("GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE",
		"BREW", strings.ToUpper(s.made()))
	sent := s.one("", "{", `{"userId":"`+s.made()+`"}`,
		`{"userId":"`+s.made()+`","items":[{"sku":"`+s.made()+`","qty":1,"price":2}]}`)
	req, err := http.NewRequestWithContext(ctx, method, s.base+s.path(), strings.NewReader(sent))
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"Content-Type": s.one("application/json", s.made()), "Idempotency-Key": s.made(),
		"X-Request-ID": s.made(), "Authorization": "Bearer " + s.made(), "User-Agent": s.made(),
		"If-Match": s.one("*", `"1"`, s.made()), "Prefer": s.made(), s.made(): s.made(),
		"traceparent": s.one(s.made(), fmt.Sprintf("00-%032x-%016x-01", s.dice.Uint64(), 7)),
		"Expect":      s.one("", "", "", "", s.made()),
	} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	res, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return nil
}

// Whatever clients send, the number of series is bounded, and no label says anything of them, while
// others scrape all the time.
func TestStrangeRequestsAddNoSeries(t *testing.T) {
	var server *orders.Server
	var seen *metrics.Metrics
	app := fxtest.New(t, module(service.Config{Metrics: true}),
		fx.Populate(&server, &seen)).RequireStart()
	t.Cleanup(app.RequireStop)
	c := newClient("http://" + server.Addr().String())
	c.besetByStrangers(t)
	all, total := c.scrape(t), 0.0
	for series, value := range all {
		if strings.HasPrefix(series, "orders_http_requests_total{") {
			total += value
		}
	}
	t.Logf("%d series after %.0f requests", len(all), total)
	if len(all) > seriesMost || total < strangeRequests {
		t.Errorf("%d series, at most %d, after %.0f requests", len(all), seriesMost, total)
	}
	_, text, err := seen.Text("application/openmetrics-text")
	if err != nil {
		t.Fatal(err)
	}
	tellsOfNobody(t, string(text))
}

// besetByStrangers sends strange requests, while others scrape.
func (c client) besetByStrangers(t *testing.T) {
	t.Helper()
	var crowd sync.WaitGroup
	for n := range uint64(8) {
		crowd.Go(func() {
			s := stranger{c, mathrand.New(mathrand.NewPCG(2026, n))}
			for range strangeRequests / 8 {
				if err := s.ask(t.Context()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 20 {
		c.scrape(t)
	}
	crowd.Wait()
}

// tellsOfNobody wants nothing of the strangers in metrics but their traces.
func tellsOfNobody(t *testing.T, text string) {
	t.Helper()
	for _, made := range []string{planted, strings.ToUpper(planted), knownID} {
		if at := strings.Index(text, made); at >= 0 {
			t.Errorf("the metrics have what a client made up: %.200s", text[max(0, at-100):])
		}
	}
	if !regexp.MustCompile(`# \{trace_id="[0-9a-f]{32}"\}`).MatchString(text) {
		t.Error("no request of a trace is an exemplar")
	}
}
