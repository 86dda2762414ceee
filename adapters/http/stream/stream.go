package stream

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/ports"
	"orders/ports/budget"
)

const streamType = "text/event-stream"

// preamble tells clients to reconnect two seconds after a stream ends. The comment makes proxies
// forward it.
const preamble = "retry: 2000\n: this is the beginning\n\n"

// What stands around the text of a view.
var beforeText, lineEnd = []byte("event: order\ndata: "), []byte("\n")

// frame is more than the server adds to what it reads, as a chunk. Its buffer for writing is as
// large as that for reading: a chunk that did not fit would be written in two parts.
const frame = 16

// A stream is the body of an endless answer: fasthttp reads it, and sends each part at once. With
// SetBodyStreamWriter a pipe and a goroutine would stand between, and the server would not know how
// far the client has read.
type stream struct {
	all     *Streams
	caller  access.Caller
	watcher ports.Watcher
	what    ports.Watch // As the client asked for it.

	ctx     context.Context // Ends with all streams and with the caller's token; has the account.
	account *budget.Account // Holds the pending bytes, if they are many.
	pending [][]byte        // What to send next. Nobody changes its texts.
	parts   [8][]byte       // A first buffer for pending, so that an event allocates none.
	lastID  string          // The last id that was sent.
	version int             // The version that the client has, in a stream of one order.
	failed  bool            // A change could not be sent.

	began   time.Time
	request wire.Request
	line    *wire.Line
	sent    int
	release func()
}

func newStream(all *Streams, c *fiber.Ctx, w ports.Watcher, what ports.Watch) *stream {
	st := &stream{
		all: all, caller: wire.CallerOf(c.Context()), watcher: w, what: what,
		pending: [][]byte{[]byte(preamble)}, began: c.Context().Time(),
		request: wire.RequestOf(c.Context()), line: wire.LineOf(c.Context()),
	}
	ctx, end := until(all.ctx, st.caller)
	st.ctx, st.account = all.Budget.Open(ctx)
	st.release = sync.OnceFunc(func() {
		end()
		w.Close()
		st.account.Close()
		all.slots.release(st.caller, operationOf(what))
	})
	return st
}

// until returns a context that also ends when the caller's token is no longer accepted.
func until(ctx context.Context, caller access.Caller) (context.Context, context.CancelFunc) {
	if caller.Until.IsZero() {
		return ctx, func() {}
	}
	ctx, end := context.WithDeadline(ctx, caller.Until)
	if caller.Valid == nil {
		return ctx, end
	}
	forget := context.AfterFunc(caller.Valid, end)
	return ctx, func() { forget(); end() }
}

// Read implements io.Reader. The server writes what it returns next, also before the stream ends.
// It returns as many events as are there and have room: each write costs more than an event does.
func (st *stream) Read(p []byte) (n int, err error) {
	if len(p) > 2*frame {
		p = p[:len(p)-frame]
	}
	for len(st.pending) == 0 && err == nil {
		err = st.wait()
	}
	for n = st.take(p); n < len(p) && st.hasMore(); {
		n += st.take(p[n:])
	}
	st.sent += n
	return n, err
}

// take moves pending bytes into p.
func (st *stream) take(p []byte) (n int) {
	for n < len(p) && len(st.pending) > 0 {
		part := copy(p[n:], st.pending[0])
		n += part
		if st.pending[0] = st.pending[0][part:]; len(st.pending[0]) == 0 {
			st.pending = st.pending[1:]
		}
	}
	if len(st.pending) == 0 {
		clear(st.parts[:])
		st.pending = st.parts[:0]
	}
	return n
}

// hasMore reports whether there is more to send now. What ends the watch is left for wait.
func (st *stream) hasMore() bool {
	if st.failed || st.ctx.Err() != nil {
		return false
	}
	if change, isReady := st.watcher.Ready(); isReady {
		st.failed = st.write(change) != nil
	}
	return len(st.pending) > 0
}

// wait waits for something to send.
func (st *stream) wait() error {
	if st.failed {
		return io.EOF
	}
	st.account.Hold(0)
	ctx, cancel := context.WithTimeout(st.ctx, st.all.Heartbeat)
	defer cancel()
	change, err := st.watcher.Next(ctx)
	switch {
	case st.ctx.Err() != nil:
		return io.EOF // The client reconnects, and needs a new token if its old one has expired.
	case err == nil:
		if err := st.write(change); err != nil {
			return io.EOF
		}
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		st.add(": still here\n")
		_ = st.write(ports.Change{Position: st.watcher.Position()}) // Needs no budget.
		st.add("\n")
	default:
		return io.EOF // The client reconnects.
	}
	return nil
}

// write adds an event, or only a new id. The stream ends if the budget has no bytes for the event;
// its client reconnects.
func (st *stream) write(c ports.Change) error {
	if c.View != nil && !st.shows(c.View.Order.UserID) {
		c.View = nil
	}
	id := base64.RawURLEncoding.EncodeToString([]byte(c.Position))
	if st.what.Order != "" {
		if c.View == nil || c.View.Version <= st.version {
			return nil
		}
		st.version = c.View.Version
		id = strconv.Itoa(st.version)
	}
	if id != "" {
		id += wire.ClassMark(st.caller.Class())
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
		st.pending = append(st.pending, beforeText, text, lineEnd)
	case c.Reset:
		st.add("event: reset\ndata: {}\n")
	case id == "":
		return nil
	}
	st.pending = append(st.pending, lineEnd)
	return nil
}

// shows reports whether the stream shows orders of this user: the caller may see them, and the
// client asked for them.
func (st *stream) shows(userID string) bool {
	return st.caller.Sees(userID) && (st.what.UserID == "" || st.what.UserID == userID)
}

// text encodes a view, if there is one, and takes the bytes of its text. It first gives back what
// was taken to load the view: waiting streams hold nothing but the text, which they share.
func (st *stream) text(v *ports.OrderView) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	text := st.all.texts.of(v, st.caller.Class())
	st.account.Hold(0)
	if len(text) <= budget.UncountedMax {
		return text, nil
	}
	return text, st.account.Take(st.ctx, len(text))
}

func (st *stream) add(text string) { st.pending = append(st.pending, []byte(text)) }

// Close implements io.Closer. Fasthttp calls it however the stream ends.
func (st *stream) Close() error {
	st.release()
	now := time.Now()
	st.line.Write(st.all.Log, st.request, wire.Outcome{
		Status: fiber.StatusOK, Bytes: st.sent, At: now, Took: now.Sub(st.began),
	})
	return nil
}
