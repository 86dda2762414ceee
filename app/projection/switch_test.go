package projection_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"orders/adapters/memory"
	"orders/app/projection"
	"orders/ports"
)

// cutter breaks a rebuild off after it has switched, and before it knows that.
type cutter struct {
	ports.Generations[ports.OrderView]
	breakOff func()
}

func (c cutter) Switch(ctx context.Context, number int) error {
	err := c.Generations.Switch(ctx, number)
	c.breakOff()
	return errors.Join(err, ctx.Err())
}

// An operator who breaks off a rebuild learns whether the switch may have happened.
func TestARebuildBrokenOffWhileItSwitchesDoesNotKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, model := memory.NewEventStore(), memory.NewViews().ReadModel()
		write(t, store, 1, created)
		ctx, breakOff := context.WithCancel(t.Context())
		model.Generations = cutter{model.Generations, breakOff}
		rebuild := of(store, model).Rebuild
		err := rebuild(ctx, projection.Options{}, ignore)
		if !errors.Is(err, projection.ErrUndecided) {
			t.Errorf("%v after a switch", err)
		}
		wantLive(t, model, 2)
		err = rebuild(ctx, projection.Options{}, ignore)
		if errors.Is(err, projection.ErrUndecided) {
			t.Errorf("%v before any switch", err)
		}
	})
}
