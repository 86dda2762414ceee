package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"orders/ports/clock"
)

// proveEvery passes between the trials of a process that is asked whether it is ready.
const proveEvery = 10 * time.Second

// A proof is what the last trials found. Nobody waits for one but who starts.
type proof struct {
	open  context.Context // Of trials in the background.
	close context.CancelFunc
	tries sync.WaitGroup

	mu      sync.Mutex
	sets    []Set // What was proven at the start, and is tried again.
	begun   time.Time
	trying  bool
	lack    error     // What cannot be done.
	doubted time.Time // When somebody who did real work was denied it.
}

func newProof() *proof {
	open, end := context.WithCancel(context.Background())
	return &proof{open: open, close: end}
}

// prove tries all that the process does with a set, for at most reachTimeout, unless that is
// denied: then it is at once. From then on Ready tells whether it can still be done.
func (d *Database) prove(ctx context.Context, set Set) error {
	proving, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	for {
		err := d.try(proving, set)
		if err == nil {
			break
		}
		var lack *lackError
		isLack := errors.As(err, &lack)
		if isLack && lack.denied || clock.Sleep(proving, reachPause) != nil {
			if isLack || ctx.Err() != nil {
				return err
			}
			return fmt.Errorf("MongoDB at %s cannot be used after %v: %s",
				d.Hosts(), reachTimeout, reason(err))
		}
	}
	d.proof.mu.Lock()
	defer d.proof.mu.Unlock()
	d.proof.sets, d.proof.begun = append(d.proof.sets, set), time.Now()
	return nil
}

// proven says what could not be done when it was last tried. If that is a while ago, it begins to
// try again.
func (d *Database) proven() error {
	p := d.proof
	p.mu.Lock()
	defer p.mu.Unlock()
	isDue := len(p.sets) > 0 && !p.trying && time.Since(p.begun) >= proveEvery
	if isDue && p.open.Err() == nil {
		p.trying, p.begun = true, time.Now()
		sets := p.sets
		p.tries.Go(func() { d.proveAgain(sets) })
	}
	return p.lack
}

// proveAgain keeps what was known if nothing can be tried now: Ready notices why.
func (d *Database) proveAgain(sets []Set) {
	begun, p := time.Now(), d.proof
	var err error
	for _, set := range sets {
		if err = d.try(p.open, set); err != nil {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trying = false
	var lack *lackError
	switch {
	case errors.As(err, &lack), err == nil && p.doubted.Before(begun):
		p.lack = err
	}
}

// doubt makes the database unready until the next trial, as real work was denied.
func (d *Database) doubt(err error) {
	p := d.proof
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sets) > 0 {
		p.lack, p.doubted = fmt.Errorf("MongoDB at %s refuses to record commits: %s",
			d.Hosts(), plain(err)), time.Now()
	}
}

// end ends the trials.
func (p *proof) end() {
	p.mu.Lock()
	p.close()
	p.mu.Unlock()
	p.tries.Wait()
}
