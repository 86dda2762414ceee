package order_test

import (
	"testing"

	"orders/domain/order"
)

// held2396 holds and has captured the total, as orders could before the two were added up.
var held2396 = after(authorized("p", 1198), captured("q", "c", 1198))

func TestAuthorize(t *testing.T) {
	given(t, []decision{
		{"the total", after(), authorize("p", "11.98"), events{authorized("p", 1198)}, nil},
		{"more than the total", after(), authorize("p", "11.99"), nil, order.ErrAmountExceeded},
		{
			"the rest with another payment", after(authorized("p", 1000)),
			authorize("q", "1.98"), events{authorized("q", 198)}, nil,
		},
		{
			"more than the rest", after(authorized("p", 1000)),
			authorize("q", "1.99"), nil, order.ErrAmountExceeded,
		},
		{"it again", after(authorized("p", 1198)), authorize("p", "11.98"), nil, nil},
		{
			"it again with another amount", after(authorized("p", 1000)),
			authorize("p", "1"), nil, order.ErrIDReused,
		},
		{
			"it once cancelled", after(cancelled), authorize("p", "1"), nil, order.ErrNotAllowed,
		},
		{"nothing", after(), authorize("p", "0"), nil, order.ErrInvalid},
		{"less than a cent", after(), authorize("p", "1.001"), nil, order.ErrInvalid},
		{"without an id", after(), authorize("", "1"), nil, order.ErrInvalid},
	})
}

func TestAuthorizeWhatNobodyPays(t *testing.T) {
	given(t, []decision{
		{
			"what is paid in full", after(captured("p", "c", 1198)),
			authorize("q", "0.01"), nil, order.ErrAmountExceeded,
		},
		{
			"what is not captured", after(captured("p", "c", 1000)),
			authorize("q", "1.98"), events{authorized("q", 198)}, nil,
		},
		{
			"more than is neither captured nor held",
			after(captured("p", "c", 1000), authorized("q", 100)),
			authorize("r", "0.99"), nil, order.ErrAmountExceeded,
		},
		{
			"what was given up", after(authorized("p", 1198), voided("p", 1198)),
			authorize("q", "11.98"), events{authorized("q", 1198)}, nil,
		},
		{
			"it again once given up", after(authorized("p", 1198), voided("p", 1198)),
			authorize("p", "11.98"), nil, nil,
		},
		{
			"what was refunded", after(captured("p", "c", 1198), refunded("p", "r", 1198)),
			authorize("q", "1"), nil, order.ErrAmountExceeded,
		},
		{
			"more where too much is held already", held2396, authorize("r", "0.01"),
			nil, order.ErrAmountExceeded,
		},
	})
}

func TestVoid(t *testing.T) {
	part := after(authorized("p", 500), captured("p", "c", 200), authorized("q", 100))
	given(t, []decision{
		{"all that is held", after(authorized("p", 500)), void("p"), events{voided("p", 500)}, nil},
		{"what is not captured", part, void("p"), events{voided("p", 300)}, nil},
		{"another payment", part, void("q"), events{voided("q", 100)}, nil},
		{"it again", then(part, voided("p", 300)), void("p"), nil, nil},
		{"it again once cancelled", then(part, cancelled, voided("p", 300)), void("p"), nil, nil},
		{"once confirmed", then(part, confirmed), void("p"), events{voided("p", 300)}, nil},
		{
			"once shipped", after(authorized("p", 1198), confirmed, shipped("s", 2)),
			void("p"), events{voided("p", 1198)}, nil,
		},
		{
			"what is captured in full", then(part, captured("p", "d", 300)),
			void("p"), nil, order.ErrNothingHeld,
		},
		{"a sale", then(part, captured("r", "d", 100)), void("r"), nil, order.ErrNothingHeld},
		{"an unknown payment", part, void("z"), nil, order.ErrPaymentUnknown},
		{"when nothing is held", after(), void("z"), nil, order.ErrNothingHeld},
		{"once completed", then(part, order.Completed{}), void("p"), nil, order.ErrNotAllowed},
		{"nothing", part, void(""), nil, order.ErrInvalid},
		{
			"the rest by cancelling", then(part, voided("p", 300)), cancel,
			events{cancelled, voided("q", 100)}, nil,
		},
	})
	o := order.Replay(then(part, voided("p", 300)))
	p := o.Payments[0]
	if p.Voided != usd(300) || p.Held() != usd(0) || p.Captured() != usd(200) {
		t.Errorf("payment %+v", p)
	}
}
