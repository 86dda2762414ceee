package contract

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"orders/ports"
	"orders/ports/clock"
)

// Presence runs the laws of ports.Presence. open returns two handles on the same one.
func Presence(t *testing.T, open func(*testing.T) [2]ports.Presence) {
	check(t, presenceLaws, func(t *testing.T) presences { return open(t) })
}

type presences [2]ports.Presence

var presenceLaws = promises[ports.Presence]([]law[presences]{
	{"processes that take commands enter beside each other", entrantsShare},
	{"an importer is let in while nobody else is", importerWaits},
	{"nobody enters beside an importer", importerIsAlone},
	{"of 8 importers and 8 others, the one kind enters or one of the other", oneKindEnters},
	{"an entrant's time runs out", presenceRunsOut},
	{"an entrant stays, also if its time had run out", entrantsStay},
	{"nobody stays who was replaced", replacedDoNotStay},
	{"nobody stays who has left, and others enter", leavers},
	{"who is Present is known", presentIsKnown},
})

var (
	annTakes   = ports.Entrant{Name: "ann"}
	bobTakes   = ports.Entrant{Name: "bob"}
	ivyImports = ports.Entrant{Name: "ivy", Imports: true}
	joeImports = ports.Entrant{Name: "joe", Imports: true}
)

const brief = 300 * time.Millisecond

func wantEntered(
	ctx context.Context, p ports.Presence, e ports.Entrant, d time.Duration, want bool,
) error {
	got, err := p.Enter(ctx, e, d)
	if err == nil && got != want {
		err = fmt.Errorf("%s entered: %t, want %t", e.Name, got, want)
	}
	return err
}

func wantStays(
	ctx context.Context, p ports.Presence, e ports.Entrant, d time.Duration, want bool,
) error {
	got, err := p.Stay(ctx, e.Name, d)
	if err == nil && got != want {
		err = fmt.Errorf("%s stays: %t, want %t", e.Name, got, want)
	}
	return err
}

func entrantsShare(ctx context.Context, p presences) error {
	return errors.Join(
		wantEntered(ctx, p[0], annTakes, time.Minute, true),
		wantEntered(ctx, p[1], bobTakes, time.Minute, true),
		wantEntered(ctx, p[0], annTakes, time.Minute, true),
		wantStays(ctx, p[0], annTakes, time.Minute, true),
		wantStays(ctx, p[1], bobTakes, time.Minute, true),
	)
}

func importerWaits(ctx context.Context, p presences) error {
	return errors.Join(
		wantEntered(ctx, p[0], annTakes, time.Minute, true),
		wantEntered(ctx, p[1], ivyImports, time.Minute, false),
		p[0].Leave(ctx, annTakes.Name),
		wantEntered(ctx, p[1], ivyImports, time.Minute, true),
		wantEntered(ctx, p[1], ivyImports, time.Minute, true),
	)
}

func importerIsAlone(ctx context.Context, p presences) error {
	return errors.Join(
		wantEntered(ctx, p[0], ivyImports, time.Minute, true),
		wantEntered(ctx, p[1], annTakes, time.Minute, false),
		wantEntered(ctx, p[1], joeImports, time.Minute, false),
		wantStays(ctx, p[1], annTakes, time.Minute, false),
		wantStays(ctx, p[0], ivyImports, time.Minute, true),
		p[0].Leave(ctx, ivyImports.Name),
		wantEntered(ctx, p[1], annTakes, time.Minute, true),
	)
}

func oneKindEnters(ctx context.Context, p presences) error {
	const racers = 16
	entered, errs := make([]bool, racers), make([]error, racers)
	var race sync.WaitGroup
	for i := range racers {
		race.Go(func() {
			e := ports.Entrant{Name: fmt.Sprint("racer ", i), Imports: i < racers/2}
			entered[i], errs[i] = p[i%2].Enter(ctx, e, time.Minute)
		})
	}
	race.Wait()
	importers, others := 0, 0
	for i, in := range entered {
		switch {
		case in && i < racers/2:
			importers++
		case in:
			others++
		}
	}
	err := errors.Join(errs...)
	if importers > 1 || importers == 1 && others > 0 || importers+others == 0 {
		err = errors.Join(err, fmt.Errorf("%d importers and %d others are in", importers, others))
	}
	return err
}

func presenceRunsOut(ctx context.Context, p presences) error {
	begun := time.Now()
	err := wantEntered(ctx, p[0], annTakes, brief, true)
	if err == nil {
		err = eventually(ctx, func() error {
			return wantEntered(ctx, p[1], ivyImports, brief, true)
		})
	}
	if took := time.Since(begun); err == nil && took < brief-50*time.Millisecond {
		err = fmt.Errorf("it ran out after %v", took)
	}
	return errors.Join(err, eventually(ctx, func() error {
		return wantEntered(ctx, p[0], annTakes, time.Minute, true)
	}), wantEntered(ctx, p[1], ivyImports, brief, false))
}

func entrantsStay(ctx context.Context, p presences) error {
	return errors.Join(
		wantEntered(ctx, p[0], annTakes, brief, true),
		wantStays(ctx, p[0], annTakes, time.Minute, true), clock.Sleep(ctx, 2*brief),
		wantEntered(ctx, p[1], ivyImports, time.Minute, false),
		wantStays(ctx, p[0], annTakes, time.Millisecond, true), clock.Sleep(ctx, brief),
		wantEntered(ctx, p[1], bobTakes, time.Minute, true),
		wantStays(ctx, p[0], annTakes, time.Minute, true),
		p[1].Leave(ctx, bobTakes.Name),
		wantEntered(ctx, p[1], ivyImports, time.Minute, false),
	)
}

func replacedDoNotStay(ctx context.Context, p presences) error {
	late := func(gone, next ports.Entrant) error {
		return errors.Join(
			wantEntered(ctx, p[0], gone, time.Millisecond, true), clock.Sleep(ctx, brief),
			wantEntered(ctx, p[1], next, time.Minute, true),
			wantStays(ctx, p[0], gone, time.Minute, false),
			wantStays(ctx, p[1], next, time.Minute, true),
			p[1].Leave(ctx, next.Name), wantStays(ctx, p[0], gone, time.Minute, false),
		)
	}
	return errors.Join(late(annTakes, ivyImports), late(joeImports, bobTakes),
		late(ivyImports, joeImports))
}

func leavers(ctx context.Context, p presences) error {
	return errors.Join(
		p[0].Leave(ctx, annTakes.Name),
		wantEntered(ctx, p[0], annTakes, time.Minute, true), p[1].Leave(ctx, bobTakes.Name),
		wantStays(ctx, p[0], annTakes, time.Minute, true),
		p[0].Leave(ctx, annTakes.Name), wantStays(ctx, p[0], annTakes, time.Minute, false),
		wantEntered(ctx, p[1], ivyImports, time.Minute, true),
	)
}

func wantPresent(ctx context.Context, p ports.Presence, want ...ports.Entrant) error {
	got, err := p.Present(ctx)
	return errors.Join(err, wantEqual(fmt.Sprint(got), fmt.Sprint(want)))
}

func presentIsKnown(ctx context.Context, p presences) error {
	return errors.Join(
		wantPresent(ctx, p[0]),
		wantEntered(ctx, p[1], bobTakes, time.Minute, true),
		wantEntered(ctx, p[0], annTakes, time.Minute, true),
		wantPresent(ctx, p[1], annTakes, bobTakes),
		wantStays(ctx, p[0], bobTakes, time.Millisecond, true), clock.Sleep(ctx, brief),
		wantPresent(ctx, p[1], annTakes), p[0].Leave(ctx, annTakes.Name), wantPresent(ctx, p[1]),
		wantEntered(ctx, p[0], ivyImports, time.Minute, true),
		wantPresent(ctx, p[1], ivyImports),
	)
}
