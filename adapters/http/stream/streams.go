// Package stream sends changes of orders to clients for as long as they listen.
package stream

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// heartbeat is the longest time between two writes of a stream. Writing also shows whether the
// client has gone.
const heartbeat = 15 * time.Second

// Codes are the codes of streams.
var Codes = []wire.Code{tooManyStreams}

var tooManyStreams = wire.Code{
	Name: "too-many-streams", Status: fiber.StatusServiceUnavailable,
	Message: "❌ Too many streams",
	Detail:  "this process cannot serve more streams now; please try again",
	Meaning: "This process has reached its limit of streams, which is half of its connections, " +
		"or one caller has an eighth of them (at least four).",
	Action: "Try again, follow several orders by one stream, or start another process.",
	Retry:  wire.RetryLater,
}

var (
	errTooManyStreams = tooManyStreams.Problem("").Because(errors.New("too many streams"))
	errOwnStreams     = tooManyStreams.Problem("this caller has as many streams as one caller " +
		"may have here; please end one, or follow several orders by one stream").
		Because(errors.New("too many streams of one caller"))
)

// Parts are what streams need.
type Parts struct {
	Live   ports.Live     // Watches changes. Nil in a process without streams.
	Budget *budget.Budget // Bounds the bytes that they hold.
	Log    *slog.Logger

	// Newest returns the newest view of an order, and its version, or 0 if that is unknown.
	Newest func(context.Context, order.ID) (view ports.OrderView, version int, err error)
	// Sees returns nil if the caller may see the order, else ErrNotFound.
	Sees func(context.Context, access.Caller, order.ID) error
	// Encode returns the JSON of a view for callers of a class, in one line.
	Encode func(ports.OrderView, access.Class) []byte
}

// Streams are the streams of a server.
type Streams struct {
	Parts

	ctx   context.Context // Ends when the server stops.
	end   context.CancelFunc
	slots slots
	texts *texts

	Heartbeat time.Duration // The longest time between two writes of a stream.
}

// New returns the streams of a server, which sets their Limit.
func New(p Parts) *Streams {
	s := &Streams{Parts: p, Heartbeat: heartbeat, texts: newTexts(p.Encode), slots: newSlots()}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

// Limit sets the maximum number of streams. Call it before the first stream.
func (s *Streams) Limit(most int) { s.slots.most = most }

// Count returns the number of streams.
func (s *Streams) Count() int { return s.slots.count() }

// Open is how many streams are open, by operation.
func (s *Streams) Open() map[string]int { return s.slots.byOperation() }

// End ends all streams and refuses new ones.
func (s *Streams) End() { s.end() }

// acquire takes a slot for a caller of an operation.
func (s *Streams) acquire(caller access.Caller, operation string) error {
	if s.Live == nil {
		return wire.NotServed("this process does not stream changes")
	}
	if s.ctx.Err() != nil {
		return ports.ErrUnavailable
	}
	return s.slots.acquire(caller, operation)
}

// streamOne streams an order: first as it is now, unless the client has that, then each change.
func (s *Streams) streamOne(c *fiber.Ctx) error {
	id := orderID(c)
	if !id.Valid() {
		return ports.ErrNotFound
	}
	a := wire.QueryOf(c)
	last, _ := unmarked(lastEventID(c, a), wire.CallerOf(c.Context()))
	if err := a.Err(); err != nil {
		return err
	}
	return s.open(c, ports.Watch{Order: id}, func(st *stream) error {
		view, version, err := s.Newest(c.UserContext(), id)
		if err != nil {
			return err
		}
		known, _ := strconv.Atoi(last)
		if known > max(version, view.Version) { // An id of another order, or made up.
			known = 0
		}
		if st.version = known; view.Version > known {
			return st.write(ports.Change{View: &view})
		}
		return nil
	})
}

// lastEvent is the parameter of clients that cannot set the header.
const lastEvent = "lastEventId"

// lastEventID returns the id of the last event that the client received, or the empty text.
func lastEventID(c *fiber.Ctx, a *wire.Query) string {
	inQuery := a.Text(lastEvent)
	return cmp.Or(c.Get(wire.HeaderLastEvent), inQuery)
}

// unmarked returns the id of an event without the mark of its class. If that is not the caller's,
// there is no such id: the caller would have been shown something else.
func unmarked(id string, caller access.Caller) (text string, is bool) {
	mark := wire.ClassMark(caller.Class())
	if !strings.HasSuffix(id, mark) {
		return "", false
	}
	return strings.TrimSuffix(id, mark), true
}

// positionOf returns the position in the id of an event. Each has only one id, and the empty text
// is none's.
func positionOf(id string, caller access.Caller) (at ports.Position, is bool) {
	text, is := unmarked(id, caller)
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if !is || err != nil || text == "" || base64.RawURLEncoding.EncodeToString(raw) != text {
		return "", false
	}
	return ports.Position(raw), true
}

// orderID returns the order's id in the path, which may be invalid.
func orderID(c *fiber.Ctx) order.ID {
	text, _ := url.PathUnescape(c.Params(wire.OrderID))
	return order.ID(text)
}

// streamAll streams the changes of all orders.
func (s *Streams) streamAll(c *fiber.Ctx) error {
	a := wire.QueryOf(c)
	what := ports.Watch{UserID: a.Text("userId")}
	last := lastEventID(c, a)
	if err := a.Err(); err != nil {
		return err
	}
	after, isKnown := positionOf(last, wire.CallerOf(c.Context()))
	what.After = after
	return s.open(c, what, func(st *stream) error {
		at := st.watcher.Position()
		switch {
		case last == "":
			return st.write(ports.Change{Position: at})
		case !isKnown:
			return st.write(ports.Change{Reset: true, Position: at})
		}
		return nil
	})
}

// The operations, by their ids.
const opOne, opAll = "streamOrder", "streamOrders"

func operationOf(what ports.Watch) string {
	if what.Order != "" {
		return opOne
	}
	return opAll
}

// open answers with a stream of the watched changes, unless begin fails to write its first part.
func (s *Streams) open(c *fiber.Ctx, what ports.Watch, begin func(*stream) error) error {
	caller := wire.CallerOf(c.Context())
	if err := s.acquire(caller, operationOf(what)); err != nil {
		return err
	}
	watcher, err := s.watch(c, what)
	if err != nil {
		s.slots.release(caller, operationOf(what))
		return err
	}
	st := newStream(s, c, watcher, what)
	if err := begin(st); err != nil {
		st.release()
		return err
	}
	c.Set(fiber.HeaderContentType, streamType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(wire.HeaderBuffering, "no")
	st.line.Streams = true
	c.Context().SetBodyStream(st, -1)
	return nil
}

// watch watches what is asked for, as far as the caller may see it: an order, if it is an own one,
// and of all orders the own ones. If the client asks for those of another user, the stream shows
// none of them (see shows).
func (s *Streams) watch(c *fiber.Ctx, what ports.Watch) (ports.Watcher, error) {
	caller := wire.CallerOf(c.Context())
	own, confined := caller.Confined()
	switch {
	case what.Order != "":
		if err := s.Sees(c.UserContext(), caller, what.Order); err != nil {
			return nil, err
		}
	case confined:
		what.UserID = own
	}
	return s.Live.Watch(c.UserContext(), what)
}
