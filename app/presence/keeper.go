// Package presence keeps a process in among those that take commands, or alone for an import, and
// says before and after each write whether it still is.
package presence

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

const (
	// Lasts is how long an entrant that was killed counts as present.
	Lasts = 15 * time.Second
	// every is how often an entrant says that it stays.
	every = 5 * time.Second
	// sure is how long it may write after it began to say so: a write that begins by then is over
	// before others may enter.
	sure = 10 * time.Second
	// pause passes before it says so again if the store did not answer.
	pause = time.Second
	// entering bounds how long a store is waited for that does not answer.
	entering = 10 * time.Second
)

// ErrLost means that others were let in while this process did not say that it stays.
var ErrLost = errors.New("this process did not answer for so long that others were let in")

// A Keeper keeps one entrant in.
type Keeper struct {
	in  ports.Presence
	as  ports.Entrant
	log *slog.Logger

	end   context.CancelFunc
	ended chan struct{}

	asking chan struct{} // Has room for the one who asks the store.

	mu   sync.Mutex // Never held while the store is asked.
	said time.Time  // When it last began to say that it stays.
	lost bool
}

// NewKeeper returns the keeper of an entrant, which is not in yet.
func NewKeeper(in ports.Presence, as ports.Entrant, log *slog.Logger) *Keeper {
	return &Keeper{in: in, as: as, log: log, asking: make(chan struct{}, 1)}
}

// Enter lets the entrant in until Leave, or says who is in the way. It calls onLoss, once, if the
// entrant cannot stay.
func (k *Keeper) Enter(ctx context.Context, onLoss func()) error {
	for begun := time.Now(); ; {
		said := time.Now()
		entered, err := k.in.Enter(ctx, k.as, Lasts)
		isOpen := errors.Is(err, ports.ErrUnavailable) && time.Since(begun) < entering
		if isOpen && clock.Sleep(ctx, pause) == nil {
			continue
		}
		if err == nil && !entered {
			err = k.refusal(ctx)
		}
		if err != nil {
			return err
		}
		k.said = said
		break
	}
	staying, end := context.WithCancel(context.WithoutCancel(ctx))
	k.end, k.ended = end, make(chan struct{})
	go func() {
		defer close(k.ended)
		k.stay(staying, onLoss)
	}()
	return nil
}

// refusal says who is in the way.
func (k *Keeper) refusal(ctx context.Context) error {
	in, err := k.in.Present(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, e := range in {
		names = append(names, e.Name)
		if e.Imports {
			return fmt.Errorf("an import is at work on this database (%s): start again once it "+
				"has ended; one that was killed is in the way for at most %v", e.Name, Lasts)
		}
	}
	return fmt.Errorf("processes with the role command are at work on this database (%s): stop "+
		"them, and import again; those that were killed are in the way for at most %v",
		strings.Join(names, ", "), Lasts)
}

// stay says again and again that the entrant stays.
func (k *Keeper) stay(ctx context.Context, onLoss func()) {
	wait := every
	for clock.Sleep(ctx, wait) == nil {
		wait = every
		err := k.renew(ctx)
		switch {
		case errors.Is(err, ErrLost):
			onLoss()
			return
		case err != nil && ctx.Err() == nil:
			k.log.Debug("The presence of this process is not renewed", "error", err)
			wait = pause
		}
	}
}

// Check returns nil while nobody may be in whom this entrant has to keep out. If that is in doubt,
// it asks the store; of those who check at once, one asks.
func (k *Keeper) Check(ctx context.Context) error {
	if known, err := k.knows(); known {
		return err
	}
	return k.ask(ctx, k.knows)
}

// renew asks the store in any case, unless the entrant has lost.
func (k *Keeper) renew(ctx context.Context) error {
	return k.ask(ctx, func() (bool, error) {
		_, err := k.knows()
		return err != nil, err
	})
}

// ask asks the store, unless others have made that needless meanwhile.
func (k *Keeper) ask(ctx context.Context, needless func() (bool, error)) error {
	select {
	case k.asking <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ports.ErrUnavailable, ctx.Err())
	}
	defer func() { <-k.asking }()
	if is, err := needless(); is {
		return err
	}
	said := time.Now()
	stays, err := k.in.Stay(ctx, k.as.Name, Lasts)
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !stays {
		k.lost = true
		return ErrLost
	}
	k.said = said
	return nil
}

// knows reports whether it is known, without the store, that the entrant is in, or has lost.
func (k *Keeper) knows() (known bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lost {
		return true, ErrLost
	}
	return k.isSure(), nil
}

// isSure goes by both clocks: one stands still while the machine sleeps, people set the other one.
func (k *Keeper) isSure() bool {
	now := time.Now()
	return now.Sub(k.said) < sure && now.Round(0).Sub(k.said.Round(0)) < sure
}

// Leave lets the entrant go, if it was let in. It needs no answer: its time runs out by itself.
func (k *Keeper) Leave(ctx context.Context) {
	if k.end == nil {
		return
	}
	k.end()
	<-k.ended
	if err := k.in.Leave(ctx, k.as.Name); err != nil {
		k.log.Debug("The presence of this process runs out by itself", "error", err)
	}
}
