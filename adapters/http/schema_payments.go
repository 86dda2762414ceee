package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
	"orders/domain/order"
)

// TransformSchema says what the Go type does not.
func (authorization) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["paymentId"] = wire.Described(wire.Name("pay_1"), "New in the order.")
	return charging(s, "What is held; at most what of the total is neither captured nor held.",
		wire.Example{"paymentId": "pay_1", "amount": 1198})
}

// TransformSchema says what the Go type does not.
func (capture) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["paymentId"] = wire.Described(wire.Name("pay_1"),
		"An authorized payment, or a new one for a sale.")
	s.Properties["captureId"] = wire.Described(wire.TextUpTo(order.TextMax, "cap_1"),
		"New in the order. The paymentId when left out or empty.")
	return charging(s, "What was taken; at most what the payment holds or, as a sale, what of "+
		"the total is neither captured nor held.",
		wire.Example{"paymentId": "pay_1", "captureId": "cap_1", "amount": 1198})
}

// TransformSchema says what the Go type does not.
func (voiding) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["paymentId"] = wire.Described(wire.Name("pay_1"),
		"The payment to void. Always all that it still holds is given up.")
	s.Examples = []any{wire.Example{"paymentId": "pay_1"}}
	return s
}

// TransformSchema says what the Go type does not.
func (refund) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["paymentId"] = wire.Described(wire.Name("pay_1"), "A captured payment.")
	s.Properties["refundId"] = wire.Described(wire.Name("ref_1"), "New in the order.")
	return charging(s, "What was given back; at most what was taken and not given back yet.",
		wire.Example{"paymentId": "pay_1", "refundId": "ref_1", "amount": 599})
}

func charging(s *huma.Schema, text string, example wire.Example) *huma.Schema {
	s.Properties["amount"] = wire.Described(positive(),
		text+" In major units, with no more decimals than the order's currency.")
	s.Examples = []any{example}
	return s
}
