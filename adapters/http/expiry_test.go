package http_test

import (
	"context"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

// shortLived are tokens that expire a while after they are shown, and that are over at last.
type shortLived struct {
	tokens
	last time.Duration
	over bool
}

func (s *shortLived) Authenticate(ctx context.Context, token string) (ports.Identity, error) {
	if s.over {
		return ports.Identity{}, &ports.TokenError{Reason: "the token has expired"}
	}
	who, err := s.tokens.Authenticate(ctx, token)
	who.Expires = time.Now().Add(s.last)
	return who, err
}

// A stream ends with its caller's token, whether there is something to tell or not, and long before
// its next sign of life. Its client comes again, and needs a new token.
func TestStreamsEndWithTheToken(t *testing.T) {
	short := &shortLived{last: time.Hour}
	s := guardedAs(t, http.Config{Address: "127.0.0.1:0"}, short)
	s.Streams(8, time.Hour, time.Minute) // Some are read late.
	l := serve(t, s)
	id := l.orderOf(t, "ann")
	short.last = 5 * time.Second // In which a busy machine opens them.
	ann := as("ann", "orders:read")
	paths := []string{show + "/stream", show + "/stream?userId=bob", show + "/" + id + "/stream"}
	var open []*client
	for _, path := range paths {
		open = append(open, l.open(t, path, ann...))
	}
	busy := l.open(t, show+"/stream", ann...)
	for n := 0; busy.block() != nil; n++ {
		small := large(n) // It is ann's.
		small.Order.Lines = small.Order.Lines[:1]
		l.record(t, small)
	}
	for _, c := range append(open, busy) {
		for c.block() != nil {
			continue
		}
		if err := c.lines.Err(); err != nil {
			t.Errorf("a stream ended with %v", err)
		}
	}
	short.over = true
	for _, path := range paths {
		l.ask(t, "GET", path, "", ann...).is(t, 401)
	}
	l.until(t, "no stream is left", func() bool { return l.Streaming() == 0 })
}
