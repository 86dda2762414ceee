package stream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/valyala/fasthttp"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// A queued watcher tells the changes of a channel.
type queued chan ports.Change

// Next implements ports.Watcher.
func (q queued) Next(ctx context.Context) (c ports.Change, err error) {
	select {
	case c = <-q:
		return c, nil
	case <-ctx.Done():
		return c, ctx.Err()
	}
}

// Ready implements ports.Watcher.
func (q queued) Ready() (c ports.Change, isReady bool) {
	select {
	case c = <-q:
		return c, true
	default:
		return c, false
	}
}

// Position implements ports.Watcher.
func (queued) Position() ports.Position { return "" }

// Close implements ports.Watcher.
func (queued) Close() {}

// streamOf is a stream of a watcher, in which the text of each view is so long.
func streamOf(t *testing.T, w ports.Watcher, long int) *stream {
	t.Helper()
	all := New(Parts{Encode: func(v ports.OrderView, _ access.Class) []byte {
		return []byte(string(v.ID) + strings.Repeat(".", long-len(v.ID)))
	}})
	all.Heartbeat = time.Minute
	ctx, account := (*budget.Budget)(nil).Open(t.Context())
	return &stream{
		all: all, caller: access.Everyone(), watcher: w, ctx: ctx, account: account,
	}
}

func change(n int) ports.Change {
	return ports.Change{View: &ports.OrderView{ID: order.ID(fmt.Sprint("order ", n)), Version: 1}}
}

// Each read is a write to the client, with all events that wait and have room.
func TestEventsThatWaitAreSentTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const events, long = 64, 1000
		w := make(queued, events)
		for n := range events {
			w <- change(n)
		}
		st, reads, text := streamOf(t, w, long), 0, strings.Builder{}
		for p := make([]byte, 4096); len(w) > 0 || len(st.pending) > 0; reads++ {
			n, err := st.Read(p)
			if err != nil {
				t.Fatal(err)
			}
			text.Write(p[:n])
		}
		if most := events*long/4096 + 2; reads > most {
			t.Errorf("%d reads, want at most %d", reads, most)
		}
		for n, part := range strings.SplitAfter(strings.TrimSpace(text.String()), "\n\n") {
			if !strings.HasPrefix(part, fmt.Sprintf("event: order\ndata: order %d.", n)) {
				t.Fatalf("event %d is %.40q", n, part)
			}
		}
	})
}

// A written counts the writes of a server to a client.
type written struct {
	net.Conn
	writes int
}

// Write implements net.Conn.
func (w *written) Write(p []byte) (int, error) {
	w.writes++
	return w.Conn.Write(p)
}

// What the server adds to what it reads fits into its buffer, too.
func TestAChunkIsWrittenAtOnce(t *testing.T) {
	const events, long = 64, 1000
	w := make(queued, events)
	for n := range events {
		w <- change(n)
	}
	st := streamOf(t, w, long)
	ctx, end := context.WithCancel(st.ctx)
	st.ctx = ctx
	client, server := net.Pipe()
	counted := &written{Conn: server}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = fasthttp.ServeConn(counted, func(c *fasthttp.RequestCtx) {
			c.SetBodyStream(endless{st}, -1)
		})
	}()
	_, _ = client.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
	lines := bufio.NewScanner(client)
	for n := 0; n < events && lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "event: order") {
			n++
		}
	}
	end()
	_ = client.Close()
	<-done
	if most := events*(long+24)/4000 + 4; counted.writes > most {
		t.Errorf("%d writes, want at most %d", counted.writes, most)
	}
}

// An endless stream has nothing to log at its end.
type endless struct{ io.Reader }

// An event does not wait for the next one.
func TestAnEventIsSentAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, begun := make(queued, 1), time.Now()
		st := streamOf(t, w, 100)
		w <- change(1)
		n, err := st.Read(make([]byte, 4096))
		if err != nil || n < 100 || time.Since(begun) > 0 {
			t.Errorf("%d bytes after %s, %v", n, time.Since(begun), err)
		}
	})
}

// What was taken from the watcher cannot be sent later, so the client has to come again.
func TestAStreamEndsAfterAnEventThatCannotBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := make(queued, 2)
		st := streamOf(t, w, 600_000)
		small := st.all.Encode
		st.all.texts.encode = func(v ports.OrderView, class access.Class) []byte {
			if v.ID == "order 1" {
				return []byte("small")
			}
			return small(v, class)
		}
		b := budget.New(1 << 20)
		other, _ := b.Open(t.Context())
		if err := budget.Take(other, 1<<19); err != nil {
			t.Fatal(err)
		}
		st.ctx, st.account = b.Open(t.Context())
		w <- change(1)
		w <- change(2)
		if n, err := st.Read(make([]byte, 4096)); n == 0 || err != nil {
			t.Errorf("the first event: %d bytes, %v", n, err)
		}
		if n, err := st.Read(make([]byte, 4096)); n != 0 || !errors.Is(err, io.EOF) {
			t.Errorf("the second event: %d bytes, %v", n, err)
		}
	})
}
