package http_test

import (
	"bufio"
	"io"
	nethttp "net/http"
	"sync/atomic"
	"testing"
	"time"

	"orders/adapters/http"
)

// leisurely is limited, to clients that may take an hour: slow ones end to make room alone.
func leisurely(t *testing.T, most, refuse int) *listener {
	t.Helper()
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	s.Limit(most, refuse)
	s.Slow(time.Hour)
	return serve(t, s)
}

// makesRoom waits until a request is served, as requests are once a connection makes room.
func (l *listener) makesRoom(t *testing.T) {
	t.Helper()
	l.until(t, "there is room", func() bool { return l.serves(t) })
}

// serves sends a request, and reports whether it is served. In a flood it may have no answer.
func (l *listener) serves(t *testing.T) bool {
	t.Helper()
	c := l.dial(t, "")
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(c, ask); err != nil {
		return false
	}
	res, err := nethttp.ReadResponse(bufio.NewReader(c), nil)
	return err == nil && read(t, res).StatusCode == 200
}

// posted is post with a token.
var posted = post + "Authorization: Bearer " + tokenOf("user_123", "orders:write") + "\r\n"

// begun serves one connection, refuses so many more at once, and counts the tokens that it has been
// asked about: that of a request has its turn once the head has been read, before the body is.
func begun(t *testing.T, refuse int) (l *listener, asked *atomic.Int64) {
	t.Helper()
	f := &tokens{}
	s := guardedAs(t, http.Config{Address: "127.0.0.1:0"}, f)
	s.Limit(1, refuse)
	return serve(t, s), &f.asked
}
