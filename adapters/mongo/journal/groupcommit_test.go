package journal

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"orders/ports"
)

func TestGroupCommit(t *testing.T) {
	for name, check := range map[string]func(*testing.T){
		"a free slot writes at once, and what queues meanwhile goes together": together,
		"a further slot waits for company":                                    company,
		"a batch keeps to its limits":                                         limits,
		"each append has a verdict of its own":                                verdictsOfTheirOwn,
		"an unknown outcome is pursued, identically, until it is known":       pursued,
		"what was sent before is never called unrecorded":                     neverUnrecorded,
		"what is denied is answered at once and not sent again":               answersDenial,
		"a full queue refuses":                                                fullQueue,
		"a caller who leaves the queue is not written":                        leavesQueue,
		"a caller who leaves a write does not know, and it goes on":           leavesWrite,
		"closing refuses the new and waits for the old":                       closes,
		"an observer sees each write, until the outcome of all is known":      observed,
		"closing in haste leaves the queue unwritten and the rest unknown":    closesInHaste,
	} {
		t.Run(name, func(t *testing.T) { synctest.Test(t, check) })
	}
}

func together(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 2, Company: 1})
	a, b := d.sends(t.Context(), "a"), d.sends(t.Context(), "b")
	c, e := d.sends(t.Context(), "c"), d.sends(t.Context(), "e")
	d.want(t, "a", "b")
	d.ends(recorded)
	d.want(t, "a", "b", "c e")
	d.ends(recorded)
	d.ends(recorded, recorded)
	want(t, a)
	want(t, b)
	want(t, c)
	want(t, e)
}

func company(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 2, Company: 2})
	for _, text := range []string{"a", "b"} {
		d.sends(t.Context(), text)
	}
	d.want(t, "a")
	for _, text := range []string{"c", "d"} {
		d.sends(t.Context(), text)
	}
	d.want(t, "a", "b c")
	d.ends(recorded, recorded) // Either slot, and d has no company.
	d.want(t, "a", "b c")
	d.ends(recorded, recorded)
	d.want(t, "a", "b c", "d")
	d.ends(recorded)
}

func limits(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1, Docs: 3, Bytes: 4})
	for _, text := range []string{"1", "larger", "a", "b", "c", "d", "aa", "bb", "cc"} {
		d.sends(t.Context(), text)
	}
	for _, n := range []int{1, 1, 3, 2, 2} {
		d.ends(slices.Repeat([]fate{recorded}, n)...)
	}
	d.want(t, "1", "larger", "a b c", "d aa", "bb cc")
}

func verdictsOfTheirOwn(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	d.sends(t.Context(), "first")
	a, b := d.sends(t.Context(), "a"), d.sends(t.Context(), "b")
	c, e := d.sends(t.Context(), "c"), d.sends(t.Context(), "e")
	d.ends(recorded)
	d.ends(conflict, recorded, refused, unsent)
	want(t, a, ports.ErrConflict)
	want(t, b)
	want(t, c, errTest)
	want(t, e, ports.ErrUnavailable)
}

func pursued(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	d.sends(t.Context(), "first")
	a, b := d.sends(t.Context(), "a"), d.sends(t.Context(), "b")
	d.ends(recorded)
	d.ends(unknown, recorded)
	want(t, b)
	for _, fate := range []fate{unknown, unsent, recorded} {
		d.ends(fate)
	}
	want(t, a)
	d.want(t, "first", "a b", "a", "a", "a")
}

func neverUnrecorded(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	a := d.sends(t.Context(), "a")
	d.ends(unknown)
	d.ends(refused)
	want(t, a, ports.ErrOutcomeUnknown, errTest)
	b := d.sends(t.Context(), "b")
	d.ends(unknown)
	d.ends(conflict)
	want(t, b, ports.ErrConflict)
}

func answersDenial(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	a := d.sends(t.Context(), "a")
	d.ends(denied)
	want(t, a, ports.ErrUnavailable)
	b := d.sends(t.Context(), "b")
	d.ends(unknown)
	d.ends(denied)
	want(t, b, ports.ErrOutcomeUnknown)
	time.Sleep(time.Hour)
	d.want(t, "a", "b", "b")
}

func fullQueue(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1, Queue: 2})
	d.sends(t.Context(), "a")
	b, c := d.sends(t.Context(), "b"), d.sends(t.Context(), "c")
	want(t, d.sends(t.Context(), "d"), ports.ErrUnavailable)
	d.ends(recorded)
	d.ends(recorded, recorded)
	want(t, b)
	want(t, c)
	d.want(t, "a", "b c")
}

func leavesQueue(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	d.sends(t.Context(), "a")
	ctx, leave := context.WithCancel(t.Context())
	b, c := d.sends(ctx, "b"), d.sends(t.Context(), "c")
	leave()
	synctest.Wait()
	want(t, b, context.Canceled)
	d.ends(recorded)
	d.ends(recorded)
	want(t, c)
	d.want(t, "a", "c")
}

func leavesWrite(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	ctx, leave := context.WithTimeout(t.Context(), time.Second)
	defer leave()
	a := d.sends(ctx, "a")
	d.ends(unknown)
	time.Sleep(time.Second)
	synctest.Wait()
	want(t, a, ports.ErrOutcomeUnknown)
	d.ends(unknown)
	d.ends(recorded)
	d.want(t, "a", "a", "a")
}

func closes(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	a, b := d.sends(t.Context(), "a"), d.sends(t.Context(), "b")
	closed := make(chan error, 1)
	go func() { closed <- d.Close(t.Context()) }()
	synctest.Wait()
	want(t, d.sends(t.Context(), "late"), ports.ErrUnavailable)
	d.ends(unknown)
	d.ends(recorded)
	d.ends(recorded)
	want(t, a)
	want(t, b)
	want(t, closed)
	d.want(t, "a", "a", "b")
	if d.Close(t.Context()) != nil {
		t.Error("it cannot be closed twice")
	}
}

func closesInHaste(t *testing.T) {
	d := newDesk(t, GroupCommit{Slots: 1})
	a, b := d.sends(t.Context(), "a"), d.sends(t.Context(), "b")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := d.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
	synctest.Wait()
	want(t, a, ports.ErrOutcomeUnknown)
	want(t, b, ports.ErrUnavailable)
	d.want(t, "a")
}
