package subscribe

import (
	"context"
	"log/slog"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

const (
	// leaseTime is how long a lease lasts without a renewal. A process that was killed and started
	// again waits as long for its own old lease.
	leaseTime = 4 * time.Second
	// renewEvery passes between renewals, and between the attempts of processes that do not lead.
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
	release, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	_ = l.lease.Release(release, l.holder) // If this fails, it ends by itself a little later.
}

// renew renews the lease until it is lost or ctx ends. A lease lasts until leaseTime after the
// request for it was sent. At that moment renew stops the work, also while it waits for an answer.
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
		case held && !ended.Stop(): // The work was stopped already.
			return
		case held:
			until = renewed
			ended.Reset(time.Until(until))
		case !renewed.IsZero():
			return
		}
	}
}

// hold asks for the lease. It returns whether this process holds it, and until when it does or
// would have; the time is zero if there was no answer.
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
