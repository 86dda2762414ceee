package projection

import (
	"context"
	"log/slog"
	"time"

	"orders/ports"
)

const (
	// leaseTime is how long a leader may be silent. A restart waits as long for its own dead lease.
	leaseTime = 4 * time.Second
	// renewEvery passes between renewals, and between the attempts of those who wait.
	renewEvery = time.Second
)

// A leader works while it holds a lease, so that the work is not done twice for long. To do it
// twice for a moment must be harmless.
type leader struct {
	lease  ports.Lease
	holder string
	log    *slog.Logger
}

// run calls work each time that the lease is won, with a context that ends when it is lost.
func (l leader) run(ctx context.Context, work func(context.Context)) {
	for ctx.Err() == nil {
		if until, held := l.hold(ctx); held {
			l.term(ctx, until, work)
		}
		rest(ctx, renewEvery)
	}
}

func (l leader) term(ctx context.Context, until time.Time, work func(context.Context)) {
	l.log.Info("this process keeps the read model")
	working, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(working)
	}()
	l.renew(ctx, until)
	stop()
	<-done
	if ctx.Err() == nil {
		l.log.Warn("this process no longer keeps the read model: its lease was lost")
		return
	}
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	_ = l.lease.Release(leaving, l.holder) // It ends by itself, a little later.
}

// renew returns when the lease is lost or ctx ends. While it cannot be renewed, it lasts until
// then, reckoned from before it was asked for.
func (l leader) renew(ctx context.Context, until time.Time) {
	for {
		rest(ctx, renewEvery)
		if ctx.Err() != nil || time.Now().After(until) {
			return
		}
		renewed, held := l.hold(ctx)
		switch {
		case held:
			until = renewed
		case !renewed.IsZero():
			return
		}
	}
}

// hold asks for the lease and returns until when it is held, or would have been; zero if nobody
// could tell.
func (l leader) hold(ctx context.Context) (until time.Time, held bool) {
	asked := time.Now()
	ctx, cancel := context.WithTimeout(ctx, leaseTime/2)
	defer cancel()
	held, err := l.lease.Hold(ctx, l.holder, leaseTime)
	if err != nil {
		return time.Time{}, false
	}
	return asked.Add(leaseTime), held
}
