package inlet_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orders/app/inlet"
	"orders/ports"
)

// An outage delays a message, and a broker that is down its answer. Neither doubles anything.
func TestOutagesAreOutlasted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		for range 100 {
			h.store.errs = append(h.store.errs, ports.ErrUnavailable)
		}
		h.store.errs = append(h.store.errs, ports.ErrOutcomeUnknown)
		h.tokens.fails = 3
		d := &delivery{
			m: inlet.Message{
				ID: "m", Command: "create", Body: []byte(newOrder), Authorization: "Bearer shop",
			},
			fails: 50,
		}
		begun := time.Now()
		err := h.Serve(t.Context(), d)
		if err != nil || !slices.Equal(d.sent, []string{"m replayed 1"}) {
			t.Errorf("it sent %q, %v", d.sent, err)
		}
		if took := time.Since(begun); took < 150*4*time.Second || took > 160*5*time.Second {
			t.Errorf("150 failures took %s", took)
		}
		if waits := strings.Count(h.log.String(), "messages wait"); waits < 10 || waits > 20 {
			t.Errorf("%d lines about waiting", waits)
		}
		if strings.Count(h.log.String(), "messages go on") == 0 {
			t.Error("no line says that it goes on")
		}
	})
}

// Whoever stops a service ends what waits, and the message stays unacknowledged.
func TestAStopEndsAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		for range 1000 {
			h.store.errs = append(h.store.errs, ports.ErrUnavailable)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		d := &delivery{m: inlet.Message{ID: "m", Command: "create", Body: []byte(newOrder)}}
		if err := h.Serve(ctx, d); !errors.Is(err, context.DeadlineExceeded) || d.sent != nil {
			t.Errorf("%v, sent %q", err, d.sent)
		}
	})
}

// What fails for good stops nobody.
func TestAPoisonMessageIsADeadLetter(t *testing.T) {
	h := newHouse()
	h.store.errs = []error{errors.New("a bug")}
	m := inlet.Message{ID: "m", Command: "create", Body: []byte(newOrder)}
	if got := h.serve(t, m); got != "dead internal" {
		t.Error(got)
	}
	if !strings.Contains(h.log.String(), `msg="A command by message failed" messageId=m`) {
		t.Errorf("the log lacks it: %s", h.log.String())
	}
}
