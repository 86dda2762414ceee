package subscribe

import (
	"context"
	"log/slog"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

const (
	// leaseTime is how long a leader may be silent. A restart waits as long for its own dead lease.
	leaseTime = 4 * time.Second
	// renewEvery passes between renewals, and between the attempts of those who wait.
	renewEvery = time.Second
)

// A leader works while it holds a lease, so that the work is not done twice for long.
type leader struct {
	lease  ports.Lease
	holder string
	log    *slog.Logger
}

// run calls work each time that the lease is won, with a context that ends when it is lost.
func (l leader) run(ctx context.Context, work func(context.Context)) {
	for ctx.Err() == nil {
		if until, held := l.hold(ctx); held {
			l.lead(ctx, until, work)
		}
		_ = clock.Sleep(ctx, renewEvery)
	}
}

// lead works until the lease is lost or ctx ends, and then gives the lease back.
func (l leader) lead(ctx context.Context, until time.Time, work func(context.Context)) {
	l.log.Info("This process leads")
	working, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(working)
	}()
	l.renew(ctx, until, stop)
	stop()
	<-done
	if ctx.Err() == nil {
		l.log.Warn("This process no longer leads: its lease was lost")
		return
	}
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	_ = l.lease.Release(leaving, l.holder) // It ends by itself, a little later.
}

// renew returns when the lease is lost or ctx ends. While it cannot be renewed, it lasts until
// then, reckoned from before it was asked for; at that moment the work is told to stop, also while
// an answer is awaited.
func (l leader) renew(ctx context.Context, until time.Time, stop func()) {
	ended := time.AfterFunc(time.Until(until), stop)
	defer ended.Stop()
	for {
		_ = clock.Sleep(ctx, min(renewEvery, time.Until(until)))
		if ctx.Err() != nil || !time.Now().Before(until) {
			return
		}
		renewed, held := l.hold(ctx)
		switch {
		case held && !ended.Stop(): // The work has been told to stop already.
			return
		case held:
			until = renewed
			ended.Reset(time.Until(until))
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
