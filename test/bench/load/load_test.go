package load

import (
	"context"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// serve answers by handler until the end of the test.
func serve(t *testing.T, handler fasthttp.RequestHandler) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &fasthttp.Server{Handler: handler}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// One answer that takes long holds up the only connection. Those that were due meanwhile waited,
// which a closed loop would not tell.
func TestTheOpenLoopCountsFromWhenARequestWasDue(t *testing.T) {
	const hiccup = 60 * time.Millisecond
	var asked atomic.Int32
	address := serve(t, func(*fasthttp.RequestCtx) {
		if asked.Add(1) == 1 {
			time.Sleep(hiccup)
		}
	})
	l := Load{
		Address: address, Connections: 1, Want: 200,
		Ask: Gets(func(uint64) string { return "/" }),
	}
	quarter := func(rate float64) time.Duration {
		asked.Store(0)
		l.Rate = rate
		result, err := l.Run(t.Context(), 2*hiccup)
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(result.Latency.ValueAtPercentile(75)) * time.Microsecond
	}
	if many := quarter(500); many < hiccup/4 {
		t.Errorf("at a rate only a quarter took longer than %s", many)
	}
	closed := quarter(0)
	for n := 1; closed > hiccup/4 && n < 20; n++ { // The machine may have hiccups, too.
		closed = quarter(0)
	}
	if closed > hiccup/4 {
		t.Errorf("without a rate a quarter took longer than %s", closed)
	}
}

func TestRequestsAreDueAtAnEvenPace(t *testing.T) {
	begun := time.Unix(0, 0)
	if got := Due(begun, 50, 200).Sub(begun); got != 250*time.Millisecond {
		t.Errorf("the fifty-first of 200 a second is due after %s", got)
	}
}

func TestTheLagLastsUntilAnOrderIsRead(t *testing.T) {
	const late = time.Second
	created := sync.OnceValue(time.Now)
	address := serve(t, func(c *fasthttp.RequestCtx) {
		switch {
		case c.IsPost():
			created()
			c.SetBodyString(`{"message":"x","orderId":"ord_1"}`)
		case string(c.Path()) != "/queries/orders/ord_1" || time.Since(created()) < late:
			c.SetStatusCode(404)
		}
	})
	result, err := Load{
		Address: address, Connections: 1, Want: 200, Ask: Creations(false), Lag: true,
	}.Run(t.Context(), 2*late)
	if err != nil {
		t.Fatal(err)
	}
	longest := time.Duration(result.Lag.Max()) * time.Microsecond
	if result.Lag.TotalCount() == 0 || longest < late/2 || longest > lagMax/2 {
		t.Errorf("%d lags, the longest %s", result.Lag.TotalCount(), longest)
	}
}

func TestAWrongAnswerEndsTheLoad(t *testing.T) {
	address := serve(t, func(c *fasthttp.RequestCtx) { c.Error("no more", 503) })
	_, err := Load{
		Address: address, Connections: 2, Want: 201, Ask: Creations(true),
	}.Run(t.Context(), time.Minute)
	if err == nil || !strings.Contains(err.Error(), "status 503: no more") {
		t.Errorf("the error is %v", err)
	}
}

func TestTheLoadEndsWithItsContext(t *testing.T) {
	address := serve(t, func(*fasthttp.RequestCtx) {})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	_, err := Load{
		Address: address, Connections: 2, Want: 200, Ask: Creations(false),
	}.Run(ctx, time.Minute)
	if err == nil {
		t.Error("it measured what was cut off")
	}
}

func TestALoadEndsWithItsLastRequest(t *testing.T) {
	var asked, answered atomic.Uint64
	address := serve(t, func(*fasthttp.RequestCtx) { asked.Add(1) })
	result, err := Load{
		Address: address, Connections: 3, Want: 200, Ask: Creations(false), Requests: 10,
		Answered: func([]byte) { answered.Add(1) },
	}.Run(t.Context(), time.Minute)
	if err != nil || result.Answers != 10 || asked.Load() != 10 || answered.Load() != 10 {
		t.Errorf("%d asked, %d answers, %d told of, %v", asked.Load(), result.Answers,
			answered.Load(), err)
	}
}
