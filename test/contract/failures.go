package contract

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"orders/ports"
)

// failures are two handles on the failure of one subscription.
type failures [2]ports.Failures

var failuresLaws = promises[ports.Failures]([]law[failures]{
	{"a failure is kept for all to see, until it is cleared", failureIsKept},
	{"of failures one after the other the last is kept, with the Since of the first",
		firstSinceStays},
	{"of a long Reason the beginning is kept, as Bounded returns it", longReasonIsCut},
})

func failed(n int, why string) ports.Failure {
	return ports.Failure{Reason: why, Since: start.Add(time.Duration(n) * time.Second)}
}

func wantFailure(ctx context.Context, f ports.Failures, want ports.Failure) error {
	got, err := f.Last(ctx)
	return errors.Join(err, wantEqual(got, want))
}

func failureIsKept(ctx context.Context, f failures) error {
	none, away := ports.Failure{}, failed(1, "the broker is away")
	return errors.Join(
		wantFailure(ctx, f[0], none), f[0].Clear(ctx), wantFailure(ctx, f[0], none),
		f[0].Record(ctx, away), wantFailure(ctx, f[0], away), wantFailure(ctx, f[1], away),
		f[1].Clear(ctx), wantFailure(ctx, f[0], none), wantFailure(ctx, f[1], none),
		f[1].Record(ctx, failed(2, "$reason")), wantFailure(ctx, f[0], failed(2, "$reason")),
	)
}

func firstSinceStays(ctx context.Context, f failures) error {
	return errors.Join(
		f[0].Record(ctx, failed(1, "a")), f[1].Record(ctx, failed(2, "b")),
		wantFailure(ctx, f[0], failed(1, "b")),
		f[0].Record(ctx, failed(0, "c")), wantFailure(ctx, f[1], failed(1, "c")),
		f[0].Clear(ctx), f[0].Record(ctx, failed(3, "d")), wantFailure(ctx, f[1], failed(3, "d")),
	)
}

func longReasonIsCut(ctx context.Context, f failures) error {
	for n, why := range []string{
		strings.Repeat("x", ports.ReasonMax), strings.Repeat("x", ports.ReasonMax+1),
		strings.Repeat("é", ports.ReasonMax), "x" + strings.Repeat("é", ports.ReasonMax),
		strings.Repeat("long ", 1e6), "no UTF-8: \xff", "\x00",
	} {
		failure := failed(n, why)
		bounded := failure.Bounded()
		if len(bounded.Reason) > ports.ReasonMax || !utf8.ValidString(bounded.Reason) {
			return fmt.Errorf("%.20q is bounded to %d bytes", why, len(bounded.Reason))
		}
		if err := errors.Join(f[0].Record(ctx, failure), wantFailure(ctx, f[1], bounded),
			f[0].Clear(ctx)); err != nil {
			return err
		}
	}
	return nil
}
