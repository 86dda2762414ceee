package order_test

import (
	"slices"
	"testing"

	"orders/domain/order"
)

// The order of these tests costs 11.98 USD.

func authorize(id, amount string) order.Command {
	return order.AuthorizePayment{PaymentID: id, Amount: number(amount)}
}

func capture(payment, id, amount string) order.Command {
	return order.CapturePayment{PaymentID: payment, CaptureID: id, Amount: number(amount)}
}

func refund(payment, id, amount string) order.Command {
	return order.RefundPayment{PaymentID: payment, RefundID: id, Amount: number(amount)}
}

func authorized(id string, minor int64) order.Event {
	return order.PaymentAuthorized{PaymentID: id, Amount: usd(minor)}
}

func captured(payment, id string, minor int64) order.Event {
	return order.PaymentCaptured{PaymentID: payment, CaptureID: id, Amount: usd(minor)}
}

func refunded(payment, id string, minor int64) order.Event {
	return order.PaymentRefunded{PaymentID: payment, RefundID: id, Amount: usd(minor)}
}

func void(id string) order.Command { return order.VoidPayment{PaymentID: id} }

func voided(id string, minor int64) order.Event {
	return order.PaymentVoided{PaymentID: id, Amount: usd(minor)}
}

func after(more ...order.Event) events { return append(events{created}, more...) }

func TestCapture(t *testing.T) {
	given(t, []decision{
		{"as a sale", after(), capture("p", "c", "11.98"), events{captured("p", "c", 1198)}, nil},
		{
			"by its payment's id", after(), capture("p", "", "1"),
			events{captured("p", "p", 100)}, nil,
		},
		{"more than the total", after(), capture("p", "c", "11.99"), nil, order.ErrAmountExceeded},
		{
			"what is authorized", after(authorized("p", 500)), capture("p", "c", "5"),
			events{captured("p", "c", 500)}, nil,
		},
		{
			"more than is authorized", after(authorized("p", 500)), capture("p", "c", "5.01"),
			nil, order.ErrAmountExceeded,
		},
		{
			"more than is left of the authorization",
			after(authorized("p", 500), captured("p", "c", 400)), capture("p", "d", "1.01"),
			nil, order.ErrAmountExceeded,
		},
		{"it again", after(captured("p", "c", 100)), capture("p", "c", "1"), nil, nil},
		{
			"it again with another amount", after(captured("p", "c", 100)),
			capture("p", "c", "2"), nil, order.ErrIDReused,
		},
		{
			"it again of another payment", after(captured("p", "c", 100)),
			capture("q", "c", "1"), nil, order.ErrIDReused,
		},
		{
			"more when all is captured", after(captured("p", "c", 1198)),
			capture("q", "", "0.01"), nil, order.ErrAmountExceeded,
		},
		{"it once cancelled", after(cancelled), capture("p", "", "1"), nil, order.ErrNotAllowed},
	})
}

func TestCaptureBesideHolds(t *testing.T) {
	given(t, []decision{
		{
			"as a sale what is held elsewhere", after(authorized("p", 1198)),
			capture("q", "c", "0.01"), nil, order.ErrAmountExceeded,
		},
		{
			"as a sale what is not held", after(authorized("p", 1000)),
			capture("q", "c", "1.98"), events{captured("q", "c", 198)}, nil,
		},
		{
			"as a sale more than is not held", after(authorized("p", 1000)),
			capture("q", "c", "1.99"), nil, order.ErrAmountExceeded,
		},
		{
			"as a sale what was given up", after(authorized("p", 1198), voided("p", 1198)),
			capture("q", "c", "11.98"), events{captured("q", "c", 1198)}, nil,
		},
		{
			"what was given up of its payment", after(authorized("p", 500), voided("p", 500)),
			capture("p", "c", "1"), nil, order.ErrAmountExceeded,
		},
		{
			"all that is held where too much is",
			after(authorized("p", 1198), captured("q", "c", 1000)),
			capture("p", "d", "1.98"), events{captured("p", "d", 198)}, nil,
		},
		{
			"as a sale where too much is held",
			after(authorized("p", 1198), captured("q", "c", 1000)),
			capture("r", "d", "0.01"), nil, order.ErrAmountExceeded,
		},
	})
}

func TestRefund(t *testing.T) {
	given(t, []decision{
		{
			"what was captured", after(captured("p", "c", 500)), refund("p", "r", "5"),
			events{refunded("p", "r", 500)}, nil,
		},
		{
			"more than was captured", after(captured("p", "c", 500)),
			refund("p", "r", "5.01"), nil, order.ErrAmountExceeded,
		},
		{
			"more than is left", after(captured("p", "c", 500), refunded("p", "r", 400)),
			refund("p", "s", "1.01"), nil, order.ErrAmountExceeded,
		},
		{
			"of another payment", after(captured("p", "c", 500)),
			refund("q", "r", "1"), nil, order.ErrPaymentUnknown,
		},
		{"when nothing is captured", after(), refund("p", "r", "1"), nil, order.ErrNothingCaptured},
		{
			"it again", after(captured("p", "c", 500), refunded("p", "r", 500)),
			refund("p", "r", "5"), nil, nil,
		},
		{
			"it again with another amount", after(captured("p", "c", 500), refunded("p", "r", 400)),
			refund("p", "r", "1"), nil, order.ErrIDReused,
		},
		{
			"it once cancelled", after(captured("p", "c", 500), cancelled),
			refund("p", "r", "5"), events{refunded("p", "r", 500)}, nil,
		},
	})
}

func TestCancelGivesUpWhatIsHeld(t *testing.T) {
	past := after(authorized("p", 500), authorized("q", 600), captured("q", "c", 200))
	given(t, []decision{
		{"cancel", past, cancel, events{cancelled, voided("p", 500), voided("q", 400)}, nil},
	})
	o := order.Replay(append(past, cancelled, voided("p", 500), voided("q", 400)))
	if o.RefundDue() != usd(200) {
		t.Errorf("refund due %s, want 2", o.RefundDue())
	}
	if o = o.Evolve(refunded("q", "r", 200)); o.RefundDue() != usd(0) {
		t.Errorf("refund due %s once refunded", o.RefundDue())
	}
}

func TestPaymentStatus(t *testing.T) {
	for want, past := range map[order.PaymentStatus]events{
		"NONE":               after(),
		"AUTHORIZED":         after(authorized("p", 500)),
		"PARTIALLY_PAID":     after(authorized("p", 500), captured("p", "c", 500)),
		"PAID":               after(captured("p", "c", 1198)),
		"PARTIALLY_REFUNDED": after(captured("p", "c", 1198), refunded("p", "r", 1)),
		"REFUNDED":           after(captured("p", "c", 500), refunded("p", "r", 500)),
		"VOIDED":             after(authorized("p", 500), voided("p", 500)),
	} {
		if got := order.Replay(past).PaymentStatus(); got != want {
			t.Errorf("payment status %s, want %s", got, want)
		}
		if !slices.Contains(order.PaymentStatuses, want) {
			t.Errorf("%s is not listed", want)
		}
	}
}
