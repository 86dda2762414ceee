package wire

import (
	"context"
	"sync/atomic"
	"time"
)

// A Timeout hands out contexts that end after some time. Requests that begin at about the same time
// share one, so that they need only one timer.
type Timeout struct {
	After  time.Duration
	shared atomic.Pointer[sharing]
}

// A sharing is a context for all requests that begin before a time.
type sharing struct {
	context.Context
	cancel context.CancelFunc // Never called: the context ends by itself.
	before time.Time
}

// sharedFor divides After: a context may end early by such a part of it.
const sharedFor = 64

// Context returns a context that ends after t.after, or a little sooner.
func (t *Timeout) Context() context.Context {
	now := time.Now()
	if s := t.shared.Load(); s != nil && now.Before(s.before) {
		return s.Context
	}
	s := &sharing{before: now.Add(t.After / sharedFor)}
	s.Context, s.cancel = context.WithDeadline(context.Background(), now.Add(t.After))
	t.shared.Store(s)
	return s.Context
}
