package projection

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"orders/domain/order"
	"orders/ports"
)

const (
	loadsMax = 4 // Streams loaded at once.
	// A database that just failed over may show less, for a moment, than the feed has told. After
	// shortLoads in a row, shortRest apart, what is there is taken for all there is.
	shortLoads, shortRest = 10, 200 * time.Millisecond
)

// A projector saves the views of the orders that commits tell of.
type projector[V any] struct {
	history ports.History
	of      func(ports.Stream) V
	save    func(context.Context, []V) []error
	lot     *lot
}

// project saves the view of every order in commits and returns how many there are, or an error
// when it must be done again. An order of which no view can be made is parked: no later try would
// fare better, and the others shall not wait for it.
func (p *projector[V]) project(ctx context.Context, commits []ports.Commit) (int, error) {
	streams, err := p.streams(ctx, commits)
	if err != nil {
		return 0, err
	}
	views, shown := make([]V, 0, len(streams)), make([]ports.Stream, 0, len(streams))
	var failed []ports.ParkedOrder
	for _, s := range streams {
		v, err := p.view(s.Stream)
		if err != nil {
			failed = append(failed, parked(s.ID, s.reached, err))
			continue
		}
		views, shown = append(views, v), append(shown, s.Stream)
	}
	refused, err := p.put(ctx, views, shown)
	if err != nil {
		return 0, err
	}
	return len(streams), p.lot.park(ctx, append(failed, refused...))
}

// put saves the views of the streams shown, and tells which of them are refused for ever.
func (p *projector[V]) put(
	ctx context.Context, views []V, shown []ports.Stream,
) (refused []ports.ParkedOrder, err error) {
	if len(views) == 0 {
		return nil, nil
	}
	errs := p.save(ctx, views)
	for i, s := range shown {
		if errs == nil || errs[i] == nil {
			if err := p.lot.release(ctx, s.ID, s.Version()); err != nil {
				return nil, err
			}
			continue
		}
		if errors.Is(errs[i], ports.ErrUnavailable) || ctx.Err() != nil {
			return nil, fmt.Errorf("save the views: %w", errs[i])
		}
		refused = append(refused, parked(s.ID, s.Version(), errs[i]))
	}
	return refused, nil
}

// view makes the view of a stream, or tells why it cannot be made: the stream could not be read,
// is not there, or cannot be folded by the code of today, which panics.
func (p *projector[V]) view(s ports.Stream) (v V, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("order %s: %w: %v", s.ID, ports.ErrUnreadable, cause)
		}
	}()
	switch {
	case s.Unreadable != nil:
		return v, s.Unreadable
	case s.Version() == 0:
		return v, fmt.Errorf("order %s: %w: it has no commits", s.ID, ports.ErrUnreadable)
	}
	return p.of(s), nil
}

// A told stream is one that commits told of, up to a version.
type told struct {
	ports.Stream
	reached int
	partly  bool // The commits are not all that there is of it; it must be loaded.
}

func (t *told) add(c ports.Commit) {
	t.reached = max(t.reached, c.Version)
	switch next := t.Version() + 1; {
	case c.Version < next: // The same commit may come twice.
	case c.Version == next && c.Unreadable == nil:
		t.Commits = append(t.Commits, c)
	default:
		t.partly = true
	}
}

// streams returns the stream of each order in commits. Those that the commits tell from their
// beginning are whole, as far as the commits go; all others are loaded.
func (p *projector[V]) streams(ctx context.Context, commits []ports.Commit) ([]told, error) {
	streams := make([]told, 0, len(commits))
	index := make(map[order.ID]int, len(commits))
	for _, c := range commits {
		i, known := index[c.OrderID]
		if !known {
			i, index[c.OrderID] = len(streams), len(streams)
			streams = append(streams, told{Stream: ports.Stream{ID: c.OrderID}})
		}
		streams[i].add(c)
	}
	loads, ctx := errgroup.WithContext(ctx)
	loads.SetLimit(loadsMax)
	for i := range streams {
		if s := &streams[i]; s.partly {
			loads.Go(func() error { return p.load(ctx, s) })
		}
	}
	return streams, loads.Wait()
}

func (p *projector[V]) load(ctx context.Context, s *told) error {
	loaded, err := p.history.Load(ctx, s.ID)
	for n := 1; err == nil && loaded.Version() < s.reached && n < shortLoads; n++ {
		rest(ctx, shortRest)
		loaded, err = p.history.Load(ctx, s.ID)
	}
	switch {
	case errors.Is(err, ports.ErrUnreadable):
		s.Unreadable = err
	case err != nil:
		return fmt.Errorf("load order %s: %w", s.ID, err)
	default:
		s.Stream, s.reached = loaded, max(s.reached, loaded.Version())
	}
	return nil
}

func parked(id order.ID, version int, why error) ports.ParkedOrder {
	return ports.ParkedOrder{
		ID: id, Version: version, Reason: why.Error(),
		Since: time.Now().UTC().Truncate(time.Millisecond),
	}
}
