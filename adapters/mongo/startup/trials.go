package startup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/ports/clock"
)

// tryInterval passes between the trials of a process that is asked whether it is ready.
const tryInterval = 10 * time.Second

// Trials are those of what a process does with its database: before it is used, and again and again
// while somebody asks whether it is ready. Only the start waits for one.
type Trials struct {
	db    *client.Database
	hosts string
	tasks Tasks

	open  context.Context // Of trials in the background.
	close context.CancelFunc
	tries sync.WaitGroup

	mu       sync.Mutex
	sets     []migrate.Set // What could be done at the start, and is tried again.
	begun    time.Time
	trying   bool
	failure  error     // What cannot be done.
	deniedAt time.Time // When real work was denied.
}

// NewTrials returns trials of what the tasks take of d, to be closed after use.
func NewTrials(d *client.Database, tasks Tasks) *Trials {
	return newTrials(d, d.Hosts(), tasks)
}

func newTrials(d *client.Database, hosts string, tasks Tasks) *Trials {
	open, end := context.WithCancel(context.Background())
	return &Trials{db: d, hosts: hosts, tasks: tasks, open: open, close: end}
}

// Ready reports why the database does not take writes now, for as long as ctx lasts, or what the
// process may not do there any more, as of the last trial.
func (t *Trials) Ready(ctx context.Context) error {
	if err := t.db.Ready(ctx); err != nil {
		return err
	}
	return t.lastFailure()
}

// tryUntilDone tries all that the process does with a set, for at most reachTimeout, unless that is
// denied: then it is at once. From then on Ready tells whether it can still be done.
func (t *Trials) tryUntilDone(ctx context.Context, set migrate.Set) error {
	trying, cancel := context.WithTimeout(ctx, client.ReachTimeout)
	defer cancel()
	for {
		err := t.try(trying, set)
		if err == nil {
			break
		}
		var lack *trialError
		isLack := errors.As(err, &lack)
		if isLack && lack.denied || clock.Sleep(trying, client.ReachPause) != nil {
			if isLack || ctx.Err() != nil {
				return err
			}
			return fmt.Errorf("MongoDB at %s cannot be used after %v: %s",
				t.hosts, client.ReachTimeout, client.Reason(err))
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sets, t.begun = append(t.sets, set), time.Now()
	return nil
}

// lastFailure returns the failure of the last trial. If that is a while ago, it begins another
// trial in the background.
func (t *Trials) lastFailure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	isDue := len(t.sets) > 0 && !t.trying && time.Since(t.begun) >= tryInterval
	if isDue && t.open.Err() == nil {
		t.trying, t.begun = true, time.Now()
		sets := t.sets
		t.tries.Go(func() { t.tryAgain(sets) })
	}
	return t.failure
}

// tryAgain keeps what was known if nothing can be tried now: Ready notices why.
func (t *Trials) tryAgain(sets []migrate.Set) {
	begun := time.Now()
	var err error
	for _, set := range sets {
		if err = t.try(t.open, set); err != nil {
			break
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.trying = false
	var lack *trialError
	switch {
	case errors.As(err, &lack), err == nil && t.deniedAt.Before(begun):
		t.failure = err
	}
}

// ReportDenial makes the database unready until the next trial, as real work was denied.
func (t *Trials) ReportDenial(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.sets) > 0 {
		t.failure, t.deniedAt = fmt.Errorf("MongoDB at %s refuses to record commits: %s",
			t.hosts, client.Plain(err)), time.Now()
	}
}

// Close ends the trials.
func (t *Trials) Close() {
	t.mu.Lock()
	t.close()
	t.mu.Unlock()
	t.tries.Wait()
}
