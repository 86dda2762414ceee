package http_test

import (
	"context"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

// withdrawable are tokens whose key may be taken away.
type withdrawable struct {
	tokens
	valid context.Context
}

func (w *withdrawable) Authenticate(ctx context.Context, token string) (ports.Identity, error) {
	who, err := w.tokens.Authenticate(ctx, token)
	who.Expires, who.Valid = time.Now().Add(time.Hour), w.valid
	return who, err
}

func TestStreamsEndWithTheKeyOfTheirToken(t *testing.T) {
	valid, withdraw := context.WithCancel(t.Context())
	s := guardedAs(t, http.Config{Address: "127.0.0.1:0"}, &withdrawable{valid: valid})
	s.Streams(8, time.Hour, time.Second)
	l := serve(t, s)
	id := l.orderOf(t, "ann")
	var open []*client
	for _, path := range []string{show + "/stream", show + "/" + id + "/stream"} {
		open = append(open, l.open(t, path, as("ann", "orders:read")...))
	}
	withdraw()
	for _, c := range open {
		for c.block() != nil {
			continue
		}
	}
	l.until(t, "no stream is left", func() bool { return l.Streaming() == 0 })
}

// A caller whom a token names has an eighth of the streams, and at least four.
func TestNobodyTakesAllStreams(t *testing.T) {
	s := guardedAs(t, http.Config{Address: "127.0.0.1:0"}, &tokens{})
	s.Streams(48, 50*time.Millisecond, time.Second)
	l := serve(t, s)
	ann := as("ann", "orders:read")
	var open []*client
	for range 48 / 8 {
		open = append(open, l.open(t, show+"/stream", ann...))
	}
	refused := l.ask(t, "GET", show+"/stream", "", ann...)
	refused.is(t, 503)
	refused.has(t, `"code":"too-many-streams"`)
	refused.has(t, "this caller has as many")
	bob := l.open(t, show+"/stream", as("bob", "orders:read")...)
	bob.block()
	open[0].close()
	l.until(t, "a stream of ann's has ended", func() bool { return l.Streaming() == 48/8 })
	l.open(t, show+"/stream", ann...).block()
}
