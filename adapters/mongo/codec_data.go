package mongo

import "orders/domain/order"

// The data of the events, as they are stored in their newest forms.
type (
	heldData struct {
		PaymentID string    `bson:"paymentId"`
		Amount    moneyData `bson:"amount"`
	}
	capturedData struct {
		CaptureID string   `bson:"captureId"`
		Charge    heldData `bson:",inline"`
	}
	refundedData struct {
		RefundID string   `bson:"refundId"`
		Charge   heldData `bson:",inline"`
	}
	shippedData struct {
		ShipmentID string       `bson:"shipmentId"`
		Items      []packedData `bson:"items"`
	}
	deliveredData struct {
		ShipmentID string `bson:"shipmentId"`
	}
	cancellationData struct {
		Reason order.Reason `bson:"reason"`
		Note   string       `bson:"note,omitempty"`
	}
	noData struct{}
)

// The parts of the data.
type (
	packedData struct {
		SKU      string `bson:"sku"`
		Quantity int    `bson:"quantity"`
	}
	moneyData struct {
		Minor    int64          `bson:"minor"`
		Currency order.Currency `bson:"currency"`
	}
)

// IsZero tells bson what to leave out.
func (d moneyData) IsZero() bool { return d == moneyData{} }

// each converts all of a list. Of none it makes nil.
func each[A, B any](list []A, convert func(A) B) (converted []B) {
	for _, a := range list {
		converted = append(converted, convert(a))
	}
	return converted
}

func encodePacked(p order.Packed) packedData { return packedData(p) }
func decodePacked(d packedData) order.Packed { return order.Packed(d) }

func encodeShipped(e order.ItemsShipped) shippedData {
	return shippedData{e.ShipmentID, each(e.Items, encodePacked)}
}

func decodeShipped(d shippedData) (order.ItemsShipped, error) {
	return order.ItemsShipped{ShipmentID: d.ShipmentID, Items: each(d.Items, decodePacked)},
		required(d.ShipmentID != "" && len(d.Items) > 0)
}

func encodeDelivered(e order.ShipmentDelivered) deliveredData { return deliveredData(e) }

func decodeDelivered(d deliveredData) (order.ShipmentDelivered, error) {
	return order.ShipmentDelivered(d), required(d.ShipmentID != "")
}

func encodeCancelled(e order.Cancelled) cancellationData { return cancellationData(e) }

func decodeCancelled(d cancellationData) (order.Cancelled, error) {
	return order.Cancelled(d), required(d.Reason != "")
}

// These events say nothing but their names.
func encodeConfirmed(order.Confirmed) noData          { return noData{} }
func decodeConfirmed(noData) (order.Confirmed, error) { return order.Confirmed{}, nil }
func encodeCompleted(order.Completed) noData          { return noData{} }
func decodeCompleted(noData) (order.Completed, error) { return order.Completed{}, nil }
