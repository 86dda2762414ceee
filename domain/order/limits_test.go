package order_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orders/domain/order"
)

// anyVersion is one near which an order takes less.
var anyVersion = rapid.SampledFrom(versions)

var versions = []int{1, 895, 899, 900, 995, 999, 1000, 1001, 3999}

// anyLeap is mostly no version. Else an order that is not at it yet had many changes that no longer
// show.
var anyLeap = rapid.SampledFrom(append(make([]int, 9*len(versions)), versions...))

// tooLate reports whether an order with so many commits takes nothing like c any more.
func tooLate(o order.Order, version int, c order.Command) bool {
	switch c := c.(type) {
	case order.ChangeItems, order.AuthorizePayment, order.Hold:
		return version >= 900
	case order.Confirm:
		return version >= 1000
	case order.CapturePayment:
		cents, _ := c.Amount.Scaled(2)
		early := paymentOf(o, c.PaymentID).Authorized.Minor == 0 && o.Held().Minor > 0
		return version >= 1000 && (early || cents != capturable(o, c.PaymentID))
	case order.RefundPayment:
		p := paymentOf(o, c.PaymentID)
		cents, _ := c.Amount.Scaled(2)
		return version >= 1000 && cents != p.Captured().Minor-p.Refunded().Minor
	case order.ShipItems:
		return version >= 1000 && !sameItems(c.Items, rest(o))
	default:
		return false
	}
}

func sameItems(a, b []order.ShipItem) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(i order.ShipItem) bool {
		return !slices.Contains(b, i)
	})
}

func cameInTime(
	t *rapid.T, r order.Revision, c order.Command, decided []order.Event, late bool,
) {
	if len(decided) > 0 && (late || !slices.Contains(r.Allowed(), c.Name())) {
		t.Fatalf("%+v was taken of %+v, which allows %v", c, r, r.Allowed())
	}
}

// partly is an order of which a part is captured, and a part authorized.
var partly = after(authorized("p", 500), captured("p", "c", 100), confirmed)

// left has a part on its way.
var left = then(paid, shipped("s", 1))

func TestTowardsItsLimitsAnOrderTakesLess(t *testing.T) {
	for _, tt := range []struct {
		name  string
		last  int // The last commit that it may be; 0 for any.
		given events
		when  order.Command
	}{
		{"change the items", 900, after(), fitting(order.Order{}, "changeItems")},
		{"authorize", 900, partly, authorize("q", "1")},
		{"hold", 900, after(), hold},
		{"confirm", 1000, after(), confirm},
		{"capture a part of a hold", 1000, partly, capture("p", "d", "3.99")},
		{"capture all of a hold", 0, partly, capture("p", "d", "4")},
		{"capture a part as a sale", 1000, partly, capture("q", "d", "6.97")},
		{"capture all as a sale, beside a hold", 1000, partly, capture("q", "d", "6.98")},
		{"capture all as a sale", 0, after(captured("p", "c", 100)), capture("q", "d", "10.98")},
		{"void", 0, partly, void("p")},
		{"refund a part", 1000, partly, refund("p", "r", "0.99")},
		{"refund all", 0, partly, refund("p", "r", "1")},
		{"refund all once cancelled", 0, then(partly, cancelled), refund("p", "r", "1")},
		{"ship a part", 1000, paid, ship("s", "mouse", "1")},
		{"ship all", 0, paid, ship("s", "mouse", "2")},
		{"ship the rest", 0, left, ship("r", "mouse", "1")},
		{"deliver", 0, left, deliver("s")},
		{"complete", 0, then(paid, shipped("s", 2), arrived), order.Complete{}},
		{"release", 0, after(held), order.Release{}},
		{"cancel", 0, partly, cancel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, version := range []int{1, 899, 900, 901, 999, 1000, 1001, 4000} {
				taken := tt.last == 0 || version+1 <= tt.last
				got, err := order.Replay(tt.given).At(version).Decide(tt.when)
				refused := errors.Is(err, order.ErrFull)
				if taken != (err == nil && len(got) > 0) || taken == refused {
					t.Errorf("after %d commits: %v, %v", version, got, err)
				}
			}
		})
	}
}

// Lines of one SKU may add up to more than a shipment takes.
func TestTheRestLeavesInSeveralShipments(t *testing.T) {
	const most = order.QuantityMax
	line := order.Line{SKU: "mouse", Quantity: most, Price: usd(1)}
	o := order.Replay(events{
		order.Created{UserID: "ann", Lines: []order.Line{line, line}},
		captured("p", "c", 2*most), confirmed,
	})
	if _, err := o.At(1000).Decide(ship("r", "mouse", "999999")); !errors.Is(err, order.ErrFull) {
		t.Errorf("error %v, want ErrFull", err)
	}
	for _, id := range []string{"s", "t"} {
		decided, err := o.At(1000).Decide(ship(id, "mouse", "1000000"))
		if err != nil || len(decided) == 0 {
			t.Fatal(decided, err)
		}
		o = o.Replay(decided)
	}
	if o.FulfillmentStatus() != order.Shipped {
		t.Errorf("it is %s", o.FulfillmentStatus())
	}
}

// What has happened can be repeated at any count, as it adds nothing.
func TestALateRepetitionIsNoRefusal(t *testing.T) {
	given := after(authorized("p", 500), captured("p", "c", 100), confirmed)
	for _, c := range []order.Command{
		confirm, authorize("p", "5"), capture("p", "c", "1"),
	} {
		if got, err := order.Replay(given).At(1001).Decide(c); err != nil || len(got) > 0 {
			t.Errorf("%s: %v, %v", c.Name(), got, err)
		}
	}
}

// However many changes an order has had, it comes to its end, and does so in a bounded number.
func TestEveryOrderEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, _ := order.Order{}.Decide(anyCreate(t))
		o := order.Replay(events)
		for range rapid.IntRange(0, 40).Draw(t, "commands") {
			decided, _ := o.Decide(anyCommand(t, o))
			o = o.Replay(decided)
		}
		wantEnd(t, o, anyVersion.Draw(t, "version"))
		const most = 3 * 40 // For each commit above.
		for steps := 0; len(o.At(order.CommitsMax).Allowed()) > 0; steps++ {
			name := rapid.SampledFrom(o.At(order.CommitsMax).Allowed()).Draw(t, "next")
			decided, err := o.At(order.CommitsMax).Decide(next(o, name))
			if err != nil || steps > most {
				t.Fatalf("%s after %d steps made %v, %v", name, steps, decided, err)
			}
			o = o.Replay(decided)
			wantEnd(t, o, order.CommitsMax)
		}
	})
}

var ids int

// next is a command that fits, with an id that is new.
func next(o order.Order, name string) order.Command {
	ids++
	id := fmt.Sprint("next-", ids)
	switch c := fitting(o, name).(type) {
	case order.CapturePayment:
		if c.PaymentID == "new" {
			c.PaymentID = id
		}
		c.CaptureID = id
		return c
	case order.RefundPayment:
		c.RefundID = id
		return c
	case order.ShipItems:
		c.ShipmentID = id
		return c
	default:
		return c
	}
}

// endings are the commands that bring an order to its end, the last one first.
var endings = []string{
	"cancel", "complete", "deliverShipment", "shipItems", "capturePayment", "release",
}

// wantEnd leads o to where no status follows. Only an order that was sent in part and got all of
// its money back stays where it is.
func wantEnd(t *rapid.T, o order.Order, version int) {
	for o.Status == order.StatusCreated || o.Status == order.StatusConfirmed {
		allowed := o.At(version).Allowed()
		i := slices.IndexFunc(endings, func(c string) bool { return slices.Contains(allowed, c) })
		if i < 0 {
			sentInPart := o.FulfillmentStatus() == order.PartiallyShipped
			if o.Captured() == o.Refunded() && sentInPart {
				return
			}
			t.Fatalf("after %d commits, %v do not end %+v", version, allowed, o)
		}
		c := next(o, endings[i])
		decided, err := o.At(version).Decide(c)
		if err != nil || len(decided) == 0 {
			t.Fatalf("%+v made %v, %v", c, decided, err)
		}
		o, version = o.Replay(decided), version+1
	}
}

// A life as long as can be: an order that took holds up to its last commit but one, as it could
// before, takes each of them, and gives it back.
func TestALongLife(t *testing.T) {
	o := order.Replay(events{created, order.ItemsChanged{
		Lines: []order.Line{{SKU: "mouse", Quantity: 500, Price: usd(3)}},
	}})
	version := 2
	for ; version < order.CommitsMax; version++ {
		o = o.Evolve(authorized(fmt.Sprint("hold-", version), 1))
	}
	for ; o.Status != order.StatusCancelled; version++ {
		var c order.Command = cancel
		p, found := holding(o)
		switch {
		case o.Captured() != o.Refunded():
			c = next(o, "refundPayment")
		case found:
			c = capture(p.ID, p.ID, p.Held().String())
		case capturable(o, "rest") > 0:
			c = capture("rest", "rest", usd(capturable(o, "rest")).String())
		}
		decided, err := o.At(version).Decide(c)
		if err != nil || len(decided) == 0 {
			t.Fatalf("%+v made %v, %v", c, decided, err)
		}
		o = o.Replay(decided)
	}
	if version <= 2*order.CommitsMax || version >= order.CommitsEver {
		t.Errorf("it ended after %d commits", version)
	}
}
