package relay

import (
	"context"
	"errors"
	"fmt"

	"orders/app/subscribe"
	"orders/ports"
)

const (
	// parkedShown is how many parked orders a status has, at most.
	parkedShown = 100
	// resetTries bounds how often a reset is tried while the leader moves the position.
	resetTries = 100
)

// Status reports how the relay stands, whichever process leads and even if none does. It asks the
// stores alone.
func (r *Relay) Status(ctx context.Context) (ports.RelayStatus, error) {
	status := ports.RelayStatus{Name: r.name}
	at, err := r.shared.Checkpoint.Load(ctx)
	if err != nil {
		return status, fmt.Errorf("load the position of %s: %w", r.name, err)
	}
	status.Topic, status.Position = SplitPosition(at)
	leader, noLeader := r.shared.Lease.Holder(ctx)
	failure, noFailure := r.shared.Failures.Last(ctx)
	parked, noParked := r.shared.Parked.List(ctx, "", parkedShown)
	if err := errors.Join(noLeader, noFailure, noParked); err != nil {
		return status, fmt.Errorf("ask how %s stands: %w", r.name, err)
	}
	status.Leader, status.Failure, status.Parked = leader, failure, parked
	if status.Lag, err = subscribe.Lag(ctx, r.source.Feed, status.Position); err != nil {
		return status, fmt.Errorf("count what %s lacks: %w", r.name, err)
	}
	return status, nil
}

// Leader is the process that tells the topic, or nothing if none does.
func (r *Relay) Leader(ctx context.Context) (string, error) { return r.shared.Lease.Holder(ctx) }

// Reset makes the relay tell the same topic everything again, from the first commit on, and reports
// whether it had told anything. A process that leads notices when it saves its position next.
func (r *Relay) Reset(ctx context.Context) (hadTold bool, err error) {
	for range resetTries {
		at, err := r.shared.Checkpoint.Load(ctx)
		topic, position := SplitPosition(at)
		if err != nil || position == "" {
			return false, err
		}
		err = r.shared.Checkpoint.Advance(ctx, at, joinPosition(topic, ""))
		if !errors.Is(err, ports.ErrConflict) {
			return err == nil, err
		}
	}
	return false, fmt.Errorf("reset %s: its position moves all the time: %w", r.name,
		ports.ErrUnavailable)
}
