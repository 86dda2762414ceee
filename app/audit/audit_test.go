package audit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/audit"
	"orders/ports"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 999_999, time.UTC)

// A failing audit fails where an error is set.
type failing struct {
	memory.Audit
	begin, end error
}

func (f *failing) Begin(ctx context.Context, act ports.Act) error {
	return errors.Join(f.begin, f.Audit.Begin(ctx, act))
}

func (f *failing) End(ctx context.Context, act ports.Act, how ports.Outcome) error {
	return errors.Join(ctx.Err(), f.end, f.Audit.End(ctx, act, how))
}

func recorder(to ports.Audit) audit.Recorder {
	return audit.Recorder{
		To: to, Now: func() time.Time { return at },
		Spell: func(err error) string { return strings.ReplaceAll(err.Error(), "secret", "…") },
	}
}

func latest(t *testing.T, a ports.Audit) ports.Act {
	t.Helper()
	acts, err := a.Latest(context.Background(), time.Time{}, 2)
	if err != nil || len(acts) != 1 {
		t.Fatal(acts, err)
	}
	return acts[0]
}

var rebuild = ports.Act{Actor: "ann@desk", Command: "projection rebuild", Args: []string{"orders"}}

func TestAnActIsRecordedBeforeItIsDone(t *testing.T) {
	var a memory.Audit
	err := recorder(&a).Do(t.Context(), rebuild, func(context.Context) error {
		if act := latest(t, &a); act.Actor != "ann@desk" || act.Outcome != nil || act.ID == "" ||
			!act.Began.Equal(at.Truncate(time.Millisecond)) {
			t.Errorf("it is done while %+v is recorded", act)
		}
		return nil
	})
	if act := latest(t, &a); err != nil || act.Outcome == nil || act.Outcome.Error != "" {
		t.Errorf("recorded is %+v, %v", act, err)
	}
}

func TestAFailureIsRecordedWithoutSecrets(t *testing.T) {
	var a memory.Audit
	failure := errors.New("it knows the secret")
	err := recorder(&a).Do(t.Context(), rebuild, func(context.Context) error { return failure })
	if act := latest(t, &a); !errors.Is(err, failure) || act.Outcome.Error != "it knows the …" {
		t.Errorf("recorded is %+v, %v", act.Outcome, err)
	}
}

func TestNothingIsDoneWithoutARecord(t *testing.T) {
	a := &failing{begin: ports.ErrUnavailable}
	err := recorder(a).Do(t.Context(), rebuild, func(context.Context) error {
		t.Error("it was done")
		return nil
	})
	if !errors.Is(err, audit.ErrUnrecorded) || !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v", err)
	}
}

func TestAnEndThatCannotBeRecordedIsTold(t *testing.T) {
	for want, failure := range map[string]error{
		"rebuild succeeded, but that is not": nil, "rebuild failed, but": errors.New("broken"),
	} {
		a := &failing{end: ports.ErrUnavailable}
		err := recorder(a).Do(t.Context(), rebuild, func(context.Context) error { return failure })
		if !errors.Is(err, ports.ErrUnavailable) || !strings.Contains(err.Error(), want) ||
			failure != nil && !errors.Is(err, failure) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Ctrl-C ends the context of the act, and not that of its record.
func TestAnActThatIsBrokenOffIsRecorded(t *testing.T) {
	a := &failing{}
	ctx, breakOff := context.WithCancel(t.Context())
	err := recorder(a).Do(ctx, rebuild, func(ctx context.Context) error {
		breakOff()
		return ctx.Err()
	})
	if act := latest(t, a); !errors.Is(err, context.Canceled) || act.Outcome == nil {
		t.Errorf("recorded is %+v, %v", act, err)
	}
}
