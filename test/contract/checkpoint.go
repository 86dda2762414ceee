package contract

import (
	"context"
	"errors"
	"fmt"

	"orders/ports"
)

var checkpointLaws = promises[ports.Checkpoint]([]law[ports.Checkpoint]{
	{"the first position is the empty one", firstIsEmpty},
	{"the position is where it was advanced to", advances},
	{"who advances from elsewhere moves nothing", elsewhereConflicts},
	{"of 16 who advance from the same position, one succeeds", oneAdvances},
})

func wantPosition(ctx context.Context, c ports.Checkpoint, want ports.Position) error {
	got, err := c.Load(ctx)
	return errors.Join(err, wantEqual(got, want))
}

func firstIsEmpty(ctx context.Context, c ports.Checkpoint) error {
	return wantPosition(ctx, c, "")
}

func advances(ctx context.Context, c ports.Checkpoint) error {
	at := ports.Position("")
	for _, to := range []ports.Position{"one", "two", "one", ""} {
		if _, err := c.Load(ctx); err != nil {
			return err
		}
		if err := c.Advance(ctx, at, to); err != nil {
			return err
		}
		if err := wantPosition(ctx, c, to); err != nil {
			return err
		}
		at = to
	}
	return nil
}

func elsewhereConflicts(ctx context.Context, c ports.Checkpoint) error {
	_, err := c.Load(ctx)
	if err := errors.Join(err, c.Advance(ctx, "", "one")); err != nil {
		return err
	}
	for _, from := range []ports.Position{"", "two"} {
		if err := wantError(c.Advance(ctx, from, "three"), ports.ErrConflict); err != nil {
			return err
		}
	}
	return wantPosition(ctx, c, "one")
}

func oneAdvances(ctx context.Context, c ports.Checkpoint) error {
	if _, err := c.Load(ctx); err != nil {
		return err
	}
	to := func(racer int) ports.Position { return ports.Position(fmt.Sprint("racer ", racer)) }
	winner, err := oneOf(16, func(i int) error { return c.Advance(ctx, "", to(i)) })
	return errors.Join(err, wantPosition(ctx, c, to(winner)))
}
