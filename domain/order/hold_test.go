package order_test

import (
	"slices"
	"testing"

	"orders/domain/order"
)

var (
	hold = order.Hold{Reason: "fraud", Note: "the address is odd"}
	held = order.PutOnHold{Reason: "fraud", Note: "the address is odd"}

	sentAll = then(paid, shipped("s", 2))
)

func TestHold(t *testing.T) {
	given(t, []decision{
		{"an order", after(), hold, events{held}, nil},
		{"one that is confirmed", after(confirmed), hold, events{held}, nil},
		{"one of which something has left", then(paid, shipped("s", 1)), hold, events{held}, nil},
		{"it again", after(held), hold, nil, nil},
		{
			"it again for another reason", after(held),
			order.Hold{Reason: "staff"}, nil, order.ErrOnHold,
		},
		{"it for no known reason", after(), order.Hold{Reason: "mood"}, nil, order.ErrInvalid},
		{"it before it is created", nil, hold, nil, order.ErrNotAllowed},
		{"it once completed", then(sentAll, arrived, completed), hold, nil, order.ErrNotAllowed},
		{"it once cancelled", after(cancelled), hold, nil, order.ErrNotAllowed},
	})
}

func TestOnHold(t *testing.T) {
	given(t, []decision{
		{"confirm", after(held), confirm, nil, order.ErrOnHold},
		{"ship", then(paid, held), ship("s", "mouse", "2"), nil, order.ErrOnHold},
		{"capture", after(held), capture("p", "c", "11.98"), nil, order.ErrOnHold},
		{"complete", then(sentAll, arrived, held), order.Complete{}, nil, order.ErrOnHold},

		{"change items", after(held), order.ChangeItems{Items: create.Items}, nil, nil},
		{"authorize", after(held), authorize("p", "1"), events{authorized("p", 100)}, nil},
		{"void", after(authorized("p", 100), held), void("p"), events{voided("p", 100)}, nil},
		{"refund", then(paid, held), refund("p", "r", "1"), events{refunded("p", "r", 100)}, nil},
		{"deliver", then(sentAll, held), deliver("s"), events{arrived}, nil},
		{"cancel", after(held), cancel, events{cancelled}, nil},

		{"capture what was captured", then(paid, held), capture("p", "c", "11.98"), nil, nil},
		{"confirm what is confirmed", after(confirmed, held), confirm, nil, nil},
	})
}

func TestRelease(t *testing.T) {
	release, released := order.Release{}, order.Released{}
	given(t, []decision{
		{"an order on hold", after(held), release, events{released}, nil},
		{"it again", after(held, released), release, nil, nil},
		{"one that was never on hold", after(), release, nil, nil},
		{"one on hold again", after(held, released, held), release, events{released}, nil},
		{"one that is cancelled", after(held, cancelled), release, nil, order.ErrNotAllowed},
		{"one that is not created", nil, release, nil, order.ErrNotAllowed},
		{"it, and go on", after(held, released), confirm, events{confirmed}, nil},
		{"it, and hold it anew", after(held, released), hold, events{held}, nil},
	})
}

func TestCancellingEndsAHold(t *testing.T) {
	if o := order.Replay(after(held, cancelled)); o.Hold != (order.Holding{}) {
		t.Errorf("the cancelled order is on hold: %+v", o.Hold)
	}
	if o := order.Replay(after(held)); slices.Contains(o.Allowed(), "confirm") {
		t.Errorf("an order on hold allows %v", o.Allowed())
	}
}

// Each view asks what is allowed. The answer of an order that is not on hold costs its list alone.
func TestAllowedMakesNoRefusals(t *testing.T) {
	o := order.Order{}.Replay(after()).At(1)
	if n := testing.AllocsPerRun(100, func() { _ = o.Allowed() }); n > 1 {
		t.Errorf("%v allocations, want only the list", n)
	}
}
