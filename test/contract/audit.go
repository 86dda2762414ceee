package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"orders/ports"
)

// Audits are two handles on the same audit, as two processes have them.
type Audits [2]ports.Audit

// Audit checks the audits that open returns, fresh for each law.
func Audit(t *testing.T, open func(*testing.T) Audits) { check(t, auditLaws, open) }

var auditLaws = promises[ports.Audit]([]law[Audits]{
	{"an act is told as it was recorded", actsAreTold},
	{"an act without an end is told without an outcome", actsMayNotEnd},
	{"an act begins once", actsBeginOnce},
	{"an act ends once", actsEndOnce},
	{"the last acts come first, and no more than asked for", lastActsFirst},
	{"acts before a time are left out", actsSince},
	{"acts of many at the same time are all kept", manyActs},
})

// act is one of a number of seconds after the start of all tests.
func act(second int) ports.Act {
	return ports.Act{
		ID: fmt.Sprint("act", second), Began: start.Add(time.Duration(second) * time.Second),
		Actor: "ann@desk", Command: "projection rebuild", Version: "1.2.3 (commit 0123)",
		Args: []string{"orders", "--rate=2000"},
	}
}

// ended is how an act ended.
func ended(a ports.Act, failure string) ports.Outcome {
	const took = 1500 * time.Millisecond
	return ports.Outcome{At: a.Began.Add(took), Took: took, Error: failure}
}

// wantLatest wants these acts of those since a time.
func wantLatest(
	ctx context.Context, a ports.Audit, since time.Time, limit int, want ...ports.Act,
) error {
	got, err := a.Latest(ctx, since, limit)
	if len(got) == 0 && len(want) == 0 {
		return err
	}
	return errors.Join(err, wantEqual(got, want))
}

func actsAreTold(ctx context.Context, a Audits) error {
	good, bad, bare := act(3), act(2), act(1)
	bare.Args = nil
	var errs []error
	for i, each := range []*ports.Act{&bare, &bad, &good} {
		how := ended(*each, "")
		if each == &bad {
			how.Error = "the read model is gone"
		}
		errs = append(errs, a[i%2].Begin(ctx, *each), a[i%2].End(ctx, *each, how))
		each.Outcome = &how
	}
	return errors.Join(append(errs, wantLatest(ctx, a[1], time.Time{}, 5, good, bad, bare))...)
}

func actsMayNotEnd(ctx context.Context, a Audits) error {
	how := ended(act(1), "")
	claims := act(1)
	claims.Outcome = &how
	return errors.Join(a[0].Begin(ctx, claims),
		wantLatest(ctx, a[1], time.Time{}, 5, act(1)))
}

func actsBeginOnce(ctx context.Context, a Audits) error {
	other := act(1)
	other.Actor = "bob@desk"
	return errors.Join(a[0].Begin(ctx, act(1)),
		wantError(a[1].Begin(ctx, other), ports.ErrConflict),
		wantLatest(ctx, a[0], time.Time{}, 5, act(1)))
}

func actsEndOnce(ctx context.Context, a Audits) error {
	is, how := act(1), ended(act(1), "it broke")
	is.Outcome = &how
	return errors.Join(a[0].Begin(ctx, is), a[0].End(ctx, is, how),
		wantError(a[1].End(ctx, is, ended(is, "")), ports.ErrConflict),
		wantLatest(ctx, a[0], time.Time{}, 5, is))
}

func lastActsFirst(ctx context.Context, a Audits) error {
	var errs []error
	for _, second := range []int{2, 4, 1, 3} {
		errs = append(errs, a[second%2].Begin(ctx, act(second)))
	}
	errs = append(errs, a[0].End(ctx, act(3), ended(act(3), "")))
	third, how := act(3), ended(act(3), "")
	third.Outcome = &how
	return errors.Join(append(errs,
		wantLatest(ctx, a[0], time.Time{}, 2, act(4), third),
		wantLatest(ctx, a[1], time.Time{}, 9, act(4), third, act(2), act(1)),
		wantLatest(ctx, a[1], time.Time{}, 0))...)
}

func actsSince(ctx context.Context, a Audits) error {
	return errors.Join(a[0].Begin(ctx, act(1)), a[0].Begin(ctx, act(2)), a[0].Begin(ctx, act(3)),
		wantLatest(ctx, a[1], act(2).Began, 5, act(3), act(2)),
		wantLatest(ctx, a[1], act(3).Began.Add(time.Millisecond), 5))
}

func manyActs(ctx context.Context, a Audits) error {
	const racers = 16
	errs := make([]error, racers)
	var race sync.WaitGroup
	for i := range racers {
		race.Go(func() {
			mine := act(i)
			mine.Began = start // All begin in the same millisecond.
			errs[i] = errors.Join(a[i%2].Begin(ctx, mine), a[i%2].End(ctx, mine, ended(mine, "")))
		})
	}
	race.Wait()
	got, err := a[0].Latest(ctx, time.Time{}, 2*racers)
	isOpen := func(a ports.Act) bool { return a.Outcome == nil }
	if err == nil && slices.ContainsFunc(got, isOpen) {
		err = errors.New("one of them has no outcome")
	}
	return errors.Join(errors.Join(errs...), err, wantEqual(len(got), racers))
}
