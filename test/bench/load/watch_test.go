package load

import (
	"bufio"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/valyala/fasthttp"
)

// streams serves three: one tells of all orders after a while, one leaves out the last, one ends.
func streams(late time.Duration, orders int, ended <-chan struct{}) fasthttp.RequestHandler {
	var begun atomic.Int32
	return func(c *fasthttp.RequestCtx) {
		n := int(begun.Add(1)) - 1
		c.SetBodyStreamWriter(func(to *bufio.Writer) {
			_, _ = to.WriteString("retry: 2000\n: hi\n\nid: a\n\n")
			_ = to.Flush()
			if n == 2 {
				return
			}
			time.Sleep(late)
			for i := range orders - n {
				_, _ = fmt.Fprintf(to, "event: order\ndata: {\"data\":{\"orderId\":\"ord_%d\",", i)
				_ = to.Flush() // A chunk may end anywhere.
				_, _ = to.WriteString("\"userId\":\"ann\"}\n\n")
			}
			_ = to.Flush()
			<-ended
		})
	}
}

func TestWatchersTellWhatIsMissing(t *testing.T) {
	const late, orders = 30 * time.Millisecond, 100 * lagEvery
	ended := make(chan struct{})
	address := serve(t, streams(late, orders, ended))
	all, err := Watch(t.Context(), address, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i := range orders {
		all.Answered(fmt.Appendf(nil, `{"message":"x","orderId":"ord_%d"}`, i))
	}
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(late) {
		if _, gone := all.Lost(orders); gone > 0 && all.Events() >= 2*orders-1 {
			break
		}
	}
	all.Await(orders, 10*late)
	lost, gone := all.Lost(orders)
	lag := all.Lag()
	if lost != 1 || gone != 1 || all.Events() != 2*orders-1 {
		t.Errorf("%d events, %d lost, %d streams ended", all.Events(), lost, gone)
	}
	if lag.TotalCount() == 0 || lag.Max() == 0 { // The least is 0 if an event outran its answer.
		t.Errorf("%d lags, the most %d us", lag.TotalCount(), lag.Max())
	}
	if all.Forget(); all.Events() != 0 || all.Lag().TotalCount() != 0 {
		t.Error("it forgets nothing")
	}
	close(ended)
	all.Close()
}

func TestARefusedStreamIsAnError(t *testing.T) {
	address := serve(t, func(c *fasthttp.RequestCtx) { c.Error("no more", 503) })
	if _, err := Watch(t.Context(), address, 1); err == nil {
		t.Error("it watches nothing")
	}
}
