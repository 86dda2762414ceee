package contract

import (
	"context"
	"testing"

	"orders/adapters/memory"
	"orders/ports"
)

// brokenFailures are good ones except for the function that records.
type brokenFailures struct {
	*memory.Failures
	record func(context.Context, ports.Failure) error
}

func (b brokenFailures) Record(ctx context.Context, f ports.Failure) error {
	return b.record(ctx, f)
}

func records(
	breakIt func(ctx context.Context, good *memory.Failures, f ports.Failure) error,
) func() failures {
	return func() failures {
		good := &memory.Failures{}
		b := brokenFailures{good, func(ctx context.Context, f ports.Failure) error {
			return breakIt(ctx, good, f)
		}}
		return failures{b, b}
	}
}

func TestFailuresLawsCatch(t *testing.T) {
	catches(t, failuresLaws, map[string]func() failures{
		"a failure is kept for all to see, until it is cleared": func() failures {
			return failures{&memory.Failures{}, &memory.Failures{}}
		},
		"of failures one after the other the last is kept, with the Since of the first": records(
			func(ctx context.Context, good *memory.Failures, f ports.Failure) error {
				_ = good.Clear(ctx)
				return good.Record(ctx, f)
			}),
		"of a long Reason the beginning is kept, as Bounded returns it": records(
			func(ctx context.Context, good *memory.Failures, f ports.Failure) error {
				if len(f.Reason) > ports.ReasonMax {
					f.Reason = f.Reason[len(f.Reason)-ports.ReasonMax:]
				}
				return good.Record(ctx, f)
			}),
	})
}
