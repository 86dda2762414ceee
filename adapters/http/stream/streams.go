// Package stream tells clients of orders as they change, for as long as they listen.
package stream

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// heartbeat passes at most between two signs of life, by which a stream also finds out that its
// client has gone.
const heartbeat = 15 * time.Second

// errCrowded means that streams have taken half of all connections.
var errCrowded = &wire.Problem{
	Status: fiber.StatusServiceUnavailable, Code: "too-many-streams",
	Message: "❌ Too many streams", Detail: "this process serves no more streams now",
}

// Parts are what streams are made of.
type Parts struct {
	Live   ports.Live     // Tells of changes. Nil where there are no streams.
	Budget *budget.Budget // Of bytes that they hold.
	Log    *slog.Logger

	// Newest returns the view of an order at the version that it has, and that version, or 0 if it
	// is not known.
	Newest func(context.Context, order.ID) (view ports.OrderView, version int, err error)
	// Encode returns the JSON of a view, in one line.
	Encode func(ports.OrderView) []byte
}

// Streams are those of a server.
type Streams struct {
	Parts

	ctx   context.Context // Ends when the server stops.
	end   context.CancelFunc
	slots chan struct{} // Holds one for each stream.
	texts *texts

	Heartbeat time.Duration // Passes at most between two signs of life.
}

// New returns the streams of a server, which sets their Limit.
func New(p Parts) *Streams {
	s := &Streams{Parts: p, Heartbeat: heartbeat, texts: newTexts(p.Encode)}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

// Limit sets how many there may be. It is called before there is any.
func (s *Streams) Limit(most int) { s.slots = make(chan struct{}, most) }

// Count is how many there are.
func (s *Streams) Count() int { return len(s.slots) }

// End ends all of them, and lets no other begin.
func (s *Streams) End() { s.end() }

// enter takes a slot; leave gives it back.
func (s *Streams) enter() error {
	if s.Live == nil {
		return wire.NotServed("this process has no view of changes as they happen")
	}
	if s.ctx.Err() != nil {
		return ports.ErrUnavailable
	}
	select {
	case s.slots <- struct{}{}:
		return nil
	default:
		return errCrowded
	}
}

func (s *Streams) leave() { <-s.slots }

// streamOne streams an order: as it is now, unless the client has that, and then each change.
func (s *Streams) streamOne(c *fiber.Ctx) error {
	text, err := url.PathUnescape(c.Params(wire.OrderID))
	id := order.ID(text)
	if err != nil || !id.Valid() {
		return ports.ErrNotFound
	}
	return s.open(c, ports.Watch{Order: id}, func(st *stream) error {
		view, version, err := s.Newest(c.UserContext(), id)
		if err != nil {
			return err
		}
		known, _ := strconv.Atoi(c.Get(wire.HeaderLastEvent))
		if known > max(version, view.Version) { // Of another order, or made up.
			known = 0
		}
		if st.version = known; view.Version > known {
			return st.write(ports.Change{View: &view})
		}
		return nil
	})
}

// streamAll streams the changes of all orders.
func (s *Streams) streamAll(c *fiber.Ctx) error {
	a := wire.QueryOf(c)
	what := ports.Watch{UserID: a.Text("userId")}
	if err := a.Err(); err != nil {
		return err
	}
	token := c.Get(wire.HeaderLastEvent)
	after, err := base64.RawURLEncoding.DecodeString(token)
	if err == nil {
		what.After = ports.Position(after)
	}
	return s.open(c, what, func(st *stream) error {
		at := st.watcher.Position()
		switch {
		case err != nil:
			return st.write(ports.Change{Reset: true, Position: at})
		case token == "":
			return st.write(ports.Change{Position: at})
		}
		return nil
	})
}

// open answers with a stream of what is watched, unless begin, which writes its beginning, fails.
func (s *Streams) open(c *fiber.Ctx, what ports.Watch, begin func(*stream) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	watcher, err := s.Live.Watch(c.UserContext(), what)
	if err != nil {
		s.leave()
		return err
	}
	st := newStream(s, c, watcher, what.Order != "")
	if err := begin(st); err != nil {
		st.release()
		return err
	}
	c.Set(fiber.HeaderContentType, streamType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(wire.HeaderBuffering, "no")
	c.Context().SetUserValue(wire.Lasting, true)
	c.Context().SetBodyStream(st, -1)
	return nil
}
