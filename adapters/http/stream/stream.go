package stream

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/ports"
	"orders/ports/budget"
)

const streamType = "text/event-stream"

// beginning tells clients to connect again two seconds after a stream ends. The comment makes
// proxies pass it on.
const beginning = "retry: 2000\n: this is the beginning\n\n"

// A stream is the body of an answer that goes on: fasthttp reads it, and sends each part at once.
// With SetBodyStreamWriter a pipe and a goroutine would stand between, so that nobody could tell
// how far the client has read, and which write is under way.
type stream struct {
	all     *Streams
	watcher ports.Watcher
	single  bool

	ctx     context.Context // Of the server's streams, with the account.
	account *budget.Account // Holds what is pending, if that is large.
	pending [][]byte        // What is to be sent next.
	lastID  string          // That the client was told.
	version int             // Of the order of a single stream that the client has.

	began                   time.Time
	method, path, requestID string
	sent                    int
	release                 func()
}

func newStream(all *Streams, c *fiber.Ctx, w ports.Watcher, single bool) *stream {
	st := &stream{
		all: all, watcher: w, single: single,
		pending: [][]byte{[]byte(beginning)}, began: c.Context().Time(),
		method: c.Method(), path: string(c.Context().URI().PathOriginal()),
		requestID: c.Get(wire.RequestID),
	}
	st.ctx, st.account = all.Budget.Open(all.ctx)
	st.release = sync.OnceFunc(func() {
		w.Close()
		st.account.Close()
		all.leave()
	})
	return st
}

// Read implements io.Reader. What it returns is written next. The end of the stream has its time
// for that, too.
func (st *stream) Read(p []byte) (n int, err error) {
	for len(st.pending) == 0 && err == nil {
		err = st.wait()
	}
	for n < len(p) && len(st.pending) > 0 {
		part := copy(p[n:], st.pending[0])
		n += part
		if st.pending[0] = st.pending[0][part:]; len(st.pending[0]) == 0 {
			st.pending = st.pending[1:]
		}
	}
	st.sent += n
	return n, err
}

// wait waits for something to send.
func (st *stream) wait() error {
	st.account.Hold(0)
	ctx, cancel := context.WithTimeout(st.ctx, st.all.Heartbeat)
	defer cancel()
	change, err := st.watcher.Next(ctx)
	switch {
	case st.all.ctx.Err() != nil:
		return io.EOF
	case err == nil:
		if err := st.write(change); err != nil {
			return io.EOF
		}
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		st.add(": still here\n")
		_ = st.write(ports.Change{Position: st.watcher.Position()}) // It is small.
		st.add("\n")
	default:
		return io.EOF // The client connects again.
	}
	return nil
}

// write adds an event, or the lines that only move the client's last id. A stream ends when there
// are no bytes for it in the budget; its client connects again.
func (st *stream) write(c ports.Change) error {
	id := base64.RawURLEncoding.EncodeToString([]byte(c.Position))
	if st.single {
		if c.View == nil || c.View.Version <= st.version {
			return nil
		}
		st.version = c.View.Version
		id = strconv.Itoa(st.version)
	}
	text, err := st.text(c.View)
	if err != nil {
		return err
	}
	if id != "" && id != st.lastID {
		st.lastID = id
		st.add("id: " + id + "\n")
	}
	switch {
	case c.View != nil:
		st.add("event: order\ndata: ")
		st.pending = append(st.pending, text)
		st.add("\n")
	case c.Reset:
		st.add("event: reset\ndata: {}\n")
	case id == "":
		return nil
	}
	st.add("\n")
	return nil
}

// text encodes a view, if there is one, and takes its bytes. What was taken to load it is given
// back before: streams that wait hold nothing but the text, which all of them share.
func (st *stream) text(v *ports.OrderView) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	text := st.all.texts.of(v)
	st.account.Hold(0)
	if len(text) <= budget.UncountedMax {
		return text, nil
	}
	return text, st.account.Take(st.ctx, len(text))
}

func (st *stream) add(text string) { st.pending = append(st.pending, []byte(text)) }

// Close implements io.Closer. fasthttp calls it, however the stream ends.
func (st *stream) Close() error {
	st.release()
	st.all.Log.LogAttrs(context.Background(), slog.LevelInfo, "request",
		slog.String("method", st.method),
		slog.String("path", st.path),
		slog.Int("status", fiber.StatusOK),
		slog.Duration("duration", time.Since(st.began)),
		slog.Int("bytes", st.sent),
		slog.String("requestId", st.requestID),
	)
	return nil
}
