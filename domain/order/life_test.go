package order_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"orders/domain/order"
)

// Whatever is wished of an order, it stays within the table and within its sums.
func TestLife(t *testing.T) {
	for range 10 { // What is rare comes up in some of a thousand lives.
		rapid.Check(t, live)
	}
}

func live(t *rapid.T) {
	events, err := order.Order{}.Decide(anyCreate(t))
	if err != nil {
		t.Fatal(err)
	}
	past, version := events, 1
	o := order.Replay(past)
	for range rapid.IntRange(20, 60).Draw(t, "commands") {
		version = max(version, anyLeap.Draw(t, "version"))
		c := anyCommand(t, o)
		before := o
		decided, err := o.At(version).Decide(c)
		past, o = append(past, decided...), o.Replay(decided)
		if err != nil {
			refusedTruly(t, before, version, c, err)
		} else {
			ledWhereTheTableSays(t, before, o, c, decided)
			cameInTime(t, before.At(version), c, decided, tooLate(before, version, c))
			addsNothingWhenRepeated(t, o.At(version+1), c)
		}
		version += min(len(decided), 1)
		keepsItsSums(t, o)
		allowsWhatItSays(t, o, version)
	}
	cut := rapid.IntRange(0, len(past)).Draw(t, "cut")
	if got := order.Replay(past[:cut]).Replay(past[cut:]); !reflect.DeepEqual(got, o) {
		t.Fatalf("replayed in parts %v, want %v", got, o)
	}
}

func ruleOf(c order.Command) order.Rule {
	i := slices.IndexFunc(order.Rules, func(r order.Rule) bool { return r.Command == c.Name() })
	return order.Rules[i]
}

func ledWhereTheTableSays(
	t *rapid.T, before, o order.Order, c order.Command, decided []order.Event,
) {
	rule := ruleOf(c)
	switch {
	case len(decided) == 0 && !reflect.DeepEqual(before, o):
		t.Fatalf("%s changed the order without an event", c.Name())
	case len(decided) == 0:
	case !slices.Contains(rule.From, before.Status):
		t.Fatalf("%s was taken from %s", c.Name(), before.Status)
	case c.Name() == "shipItems" && !paidFor(before):
		t.Fatalf("shipped, though nobody pays for %+v", before)
	case !slices.Contains(before.Allowed(), c.Name()):
		t.Fatalf("%s was taken though only %v are allowed", c.Name(), before.Allowed())
	case rule.To == order.StatusNone && o.Status != before.Status,
		rule.To != order.StatusNone && o.Status != rule.To:
		t.Fatalf("%s led from %s to %s", c.Name(), before.Status, o.Status)
	}
}

// paidFor reports whether the total is captured or held, and not all given back.
func paidFor(o order.Order) bool {
	captured := o.Captured().Minor
	return captured+o.Held().Minor >= o.Total().Minor &&
		(captured == 0 || captured > o.Refunded().Minor)
}

func addsNothingWhenRepeated(t *rapid.T, o order.Revision, c order.Command) {
	if c.Name() == "create" {
		return // Its repeats are known by their key.
	}
	if again, err := o.Decide(c); err != nil || len(again) > 0 {
		t.Fatalf("a repeated %s added %v, %v", c.Name(), again, err)
	}
}

func keepsItsSums(t *rapid.T, o order.Order) {
	total, captured, refunded := o.Total().Minor, o.Captured().Minor, o.Refunded().Minor
	if held := o.Held().Minor; captured+held > total || refunded > captured {
		t.Fatalf("of %d %d are held, %d captured, %d refunded", total, held, captured, refunded)
	}
	if o.Status == order.StatusCompleted && captured < total {
		t.Fatalf("completed, though of %d only %d are captured", total, captured)
	}
	if o.RefundDue().Minor < 0 {
		t.Fatalf("refund due %s", o.RefundDue())
	}
	for _, p := range o.Payments {
		if p.Refunded().Minor > p.Captured().Minor ||
			p.Authorized.Minor > 0 &&
				p.Captured().Minor+p.Voided.Minor+p.Held().Minor != p.Authorized.Minor {
			t.Fatalf("payment %+v", p)
		}
	}
	left := map[string]int{}
	for _, l := range o.Lines {
		left[l.SKU] += l.Quantity
	}
	for _, s := range o.Shipments {
		for _, p := range s.Items {
			if left[p.SKU] -= p.Quantity; left[p.SKU] < 0 {
				t.Fatalf("more of %s were shipped than ordered", p.SKU)
			}
		}
	}
}

// refusedTruly wants the reason of a refusal to be so.
func refusedTruly(
	t *rapid.T, o order.Order, version int, c order.Command, err error,
) {
	var refusal *order.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("%s failed with %v", c.Name(), err)
	}
	if refusal.Kind == order.Invalid {
		if len(refusal.Issues) == 0 || !hasNothing(c) {
			t.Fatalf("%+v is said to make no sense", c)
		}
		return
	}
	saysWhatElse(t, o, version, c, refusal)
	advisesWell(t, o, version, c, refusal)
	if errors.Is(err, order.ErrFull) && tooLate(o, version, c) {
		return
	}
	if is, known := truths[refusal.Code]; !known || !is(o, c) {
		t.Fatalf("%+v was refused for %s, which is not so of %+v", c, refusal.Code, o)
	}
}

// saysWhatElse wants the state to be at fault only where no content is taken. Then a refusal lists
// what the order takes instead, which cannot be the same command.
func saysWhatElse(
	t *rapid.T, o order.Order, version int, c order.Command, refusal *order.Error,
) {
	allowed := o.At(version).Allowed()
	if refusal.Kind == order.Unfit {
		if !slices.Contains(allowed, c.Name()) && refusal.Code != order.ErrIDReused.Code {
			t.Fatalf("%s is said to be unfit, though nothing would fit: %v", c.Name(), refusal)
		}
		if refusal.Status != order.StatusNone || refusal.Allowed != nil {
			t.Fatalf("%v lists %v, though the state is not at fault", refusal, refusal.Allowed)
		}
		return
	}
	if refusal.Kind != order.Rejected || refusal.Status != o.Status ||
		!slices.Equal(refusal.Allowed, allowed) || slices.Contains(allowed, c.Name()) {
		t.Fatalf("%s was %s as %s with %v, is %s with %v", c.Name(), refusal.Kind,
			refusal.Status, refusal.Allowed, o.Status, allowed)
	}
}

// hasNothing reports whether an amount or a quantity is zero.
func hasNothing(c order.Command) bool {
	switch c := c.(type) {
	case order.AuthorizePayment:
		return c.Amount.Sign() <= 0
	case order.CapturePayment:
		return c.Amount.Sign() <= 0
	case order.RefundPayment:
		return c.Amount.Sign() <= 0
	case order.ShipItems:
		return c.Items[0].Quantity.Sign() <= 0
	default:
		return false
	}
}
