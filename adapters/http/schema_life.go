package http

import (
	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/wire"
)

// TransformSchema implements huma.SchemaTransformer.
func (paymentView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, examplePayment, map[string]string{
		"paymentId":  "The payment's id.",
		"authorized": "What was ever held, exact, in major units; 0 for a sale.",
		"captured":   "What was taken.", "refunded": "What of that was given back.",
		"voided":   "What was held and will not be taken.",
		"captures": "What was taken, one by one.", "refunds": "What was given back, one by one.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (captureView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleCapture, map[string]string{
		"captureId": "The capture's id.", "amount": "What was taken, exact, in major units.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (refundView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleRefund, map[string]string{
		"refundId": "The refund's id.", "amount": "What was given back, exact, in major units.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (shipmentView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, exampleShipment, map[string]string{
		"shipmentId": "The shipment's id.", "items": "What left.",
		"delivered": "Whether it has arrived.",
	})
}

// TransformSchema implements huma.SchemaTransformer.
func (packedView) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return wire.Explain(s, examplePacked[0], map[string]string{
		"sku": "The product.", "qty": "How many.",
	})
}
