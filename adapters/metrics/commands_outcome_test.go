package metrics

import (
	"errors"
	"fmt"
	"testing"

	"orders/app/command"
	"orders/ports"
)

func TestTheOutcomeOfAFailure(t *testing.T) {
	for err, want := range map[error]string{
		ports.ErrUnavailable: "failed unavailable", ports.ErrOutcomeUnknown: "unknown ",
		ports.ErrUnreadable: "failed order-unreadable", errors.New("a bug"): "failed internal",
		ports.ErrNotFound: "refused order-not-found",
	} {
		outcome, code := outcomeOf(command.Request{}, command.Result{}, fmt.Errorf("x: %w", err))
		if got := outcome + " " + code; got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}
