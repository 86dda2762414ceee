package http_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
)

func TestShutdownClosesWhatIsIdle(t *testing.T) {
	l := listen(t, nil)
	if _, err := l.call(t, "GET", "/health", nil); err != nil { // It is kept alive.
		t.Fatal(err)
	}
	l.dial(t, "")                          // It never says anything.
	l.dial(t, "GET /health HTTP/1.1\r\nH") // It never goes on.
	began := time.Now()
	if err := l.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("the shutdown took %s", took)
	}
	if err := <-l.served; err != nil {
		t.Errorf("Serve returned %v after a shutdown", err)
	}
}

func TestAClientThatBreaksOffIsNoFaultOfOurs(t *testing.T) {
	l := listen(t, nil)
	c := l.dial(t, "POST "+place+" HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"+
		"Expect: 100-continue\r\n\r\n")
	if _, err := c.Read(make([]byte, 12)); err != nil { // Now it waits for the body.
		t.Fatal(err)
	}
	if tcp := tcpOf(c); tcp.SetLinger(0) != nil || tcp.Close() != nil {
		t.Fatal("the connection could not be reset")
	}
	if err := l.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	log := l.log.requests(t)
	if len(log) != 1 || log[0]["status"] != 400.0 || log[0]["level"] != "INFO" {
		t.Errorf("logged %v", log)
	}
}

// A connection that arrives in the last moment does not hold the shutdown up either.
func TestALateConnectionIsHurriedToo(t *testing.T) {
	l := listen(t, nil)
	l.EndBy()
	l.raw(t, "").is(t, 408)
}

// held is a store that keeps an appending caller until it is released.
type held struct {
	ports.EventStore
	arrived, release chan struct{}
}

func (h held) Append(ctx context.Context, past ports.Stream, c ports.Commit) error {
	close(h.arrived)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-h.release:
	}
	return h.EventStore.Append(ctx, past, c)
}

func TestShutdownAnswersWhatIsUnderWay(t *testing.T) {
	h := held{arrived: make(chan struct{}), release: make(chan struct{})}
	l := listen(t, func(s ports.EventStore) ports.EventStore {
		h.EventStore = s
		return h
	})
	idle := l.dial(t, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
	answered := make(chan answer, 1)
	go func() {
		a, err := l.call(t, "POST", place, []byte(mouse))
		if err != nil {
			t.Errorf("the request under way: %v", err)
		}
		answered <- a
	}()
	<-h.arrived
	stopped := make(chan error, 1)
	go func() { stopped <- l.Shutdown(t.Context()) }()
	if _, err := io.ReadAll(idle); err != nil { // Until the shutdown closes it.
		t.Error(err)
	}
	close(h.release)
	a := <-answered
	a.is(t, 201)
	if !a.Close {
		t.Error("the connection is kept alive")
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestAStopMayComeBeforeTheStart(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(); err != nil {
		t.Fatal(err)
	}
}

// Who asks for much and does not read it is cut off, so that a shutdown ends in time.
func TestShutdownDoesNotWaitForWhoDoesNotRead(t *testing.T) {
	l := listenAs(t, http.Config{Address: "127.0.0.1:0", Timeout: time.Second}, nil)
	for n := range 40 {
		l.save(t, large(n))
	}
	c := l.dial(t, "GET "+show+" HTTP/1.1\r\nHost: x\r\n\r\n")
	if _, err := c.Read(make([]byte, 12)); err != nil { // Now the answer is being written.
		t.Fatal(err)
	}
	began := time.Now()
	if err := l.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 14*time.Second {
		t.Errorf("the shutdown took %s", took)
	}
}

// large is the n-th of orders that are as long as they may be.
func large(n int) ports.OrderView {
	v := ports.OrderView{ID: order.MakeID(fmt.Appendf(nil, "%016d ", n)), Version: 1}
	v.Order = order.Order{UserID: "ann", Status: order.StatusCreated}
	for range order.LinesMax {
		v.Order.Lines = append(v.Order.Lines, order.Line{
			SKU: strings.Repeat("🐁", order.TextMax), Quantity: 1,
			Price: order.Money{Minor: 1, Currency: "USD"},
		})
	}
	return v
}

func (l *listener) save(t *testing.T, v ports.OrderView) {
	t.Helper()
	if err := errors.Join(l.views.Save(t.Context(), []ports.OrderView{v})...); err != nil {
		t.Fatal(err)
	}
}
