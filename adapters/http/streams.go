package http

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"orders/domain/order"
	"orders/ports"
)

// heartbeat passes at most between two signs of life, by which a stream also finds out that its
// client has gone.
const heartbeat = 15 * time.Second

// errCrowded means that streams have taken half of all connections.
var errCrowded = &problem{
	Status: fiber.StatusServiceUnavailable, Code: "too-many-streams",
	Message: "❌ Too many streams", Detail: "this process serves no more streams now",
}

// streams are those of a server.
type streams struct {
	live  ports.Live
	ctx   context.Context // Ends when the server stops.
	end   context.CancelFunc
	slots chan struct{} // Holds one for each stream.

	heartbeat time.Duration
}

func newStreams(live ports.Live) *streams {
	s := &streams{live: live, heartbeat: heartbeat}
	s.ctx, s.end = context.WithCancel(context.Background())
	return s
}

// enter takes a slot; leave gives it back.
func (s *streams) enter() error {
	if s.live == nil {
		return notServedHere("this process has no view of changes as they happen")
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

func (s *streams) leave() { <-s.slots }

// streamOne streams an order: as it is now, unless the client has that, and then each change.
func (s *Server) streamOne(c *fiber.Ctx) error {
	text, err := url.PathUnescape(c.Params(orderID))
	id := order.ID(text)
	if err != nil || !id.Valid() {
		return ports.ErrNotFound
	}
	return s.open(c, ports.Watch{Order: id}, func(st *stream) error {
		view, version, err := s.newest(c.UserContext(), id)
		if err != nil {
			return err
		}
		if view.Version < version {
			st.watcher.Expect(version)
		}
		known, _ := strconv.Atoi(c.Get(headerLastEvent))
		if known > max(version, view.Version) { // Of another order, or made up.
			known = 0
		}
		if st.version = known; view.Version > known {
			return st.write(ports.Change{View: &ports.SharedView{OrderView: view}})
		}
		return nil
	})
}

// newest returns the view of an order at the version that it has, or what there is of it after
// reachMax; and that version, or 0 of a parked order, of which there may be a view from before.
func (s *Server) newest(
	ctx context.Context, id order.ID,
) (view ports.OrderView, version int, err error) {
	view, missing := s.newestView(ctx, id)
	if missing != nil && !errors.Is(missing, ports.ErrNotFound) {
		return view, 0, missing
	}
	version = view.Version
	err = s.history.Read(ctx, id, version, func(c ports.Commit) error {
		version = c.Version
		return nil
	})
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		version = 0
	case err != nil:
		return view, 0, err
	case version == 0:
		return view, 0, ports.ErrNotFound
	case version == view.Version:
		return view, version, nil
	}
	waiting, cancel := context.WithTimeout(ctx, reachMax)
	defer cancel()
	if err := s.orders.Await(waiting, id, version); err != nil && waiting.Err() == nil {
		return view, version, err
	}
	view, err = s.newestView(ctx, id)
	if errors.Is(err, ports.ErrNotFound) {
		err = errLagging
	}
	return view, version, err
}

// streamAll streams the changes of all orders.
func (s *Server) streamAll(c *fiber.Ctx) error {
	a := argumentsOf(c)
	what := ports.Watch{UserID: a.text("userId")}
	if err := a.err(); err != nil {
		return err
	}
	token := c.Get(headerLastEvent)
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
func (s *Server) open(c *fiber.Ctx, what ports.Watch, begin func(*stream) error) error {
	if err := s.streams.enter(); err != nil {
		return err
	}
	watcher, err := s.streams.live.Watch(c.UserContext(), what)
	if err != nil {
		s.streams.leave()
		return err
	}
	st := newStream(s, c, watcher, what.Order != "")
	if err := begin(st); err != nil {
		st.release()
		return err
	}
	c.Set(fiber.HeaderContentType, streamType)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(headerBuffering, "no")
	c.Context().SetUserValue(lasting, true)
	c.Context().SetBodyStream(st, -1)
	return nil
}
