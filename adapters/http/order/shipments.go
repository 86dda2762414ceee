package order

import (
	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/domain/order"
)

// shipmentOperations record shipments and deliveries.
var shipmentOperations = []operationRow{
	operation[message.Shipment]{"shipItems", "shipments",
		"Record a shipment", "✅ Items shipped"},
	operation[message.Delivery]{"deliverShipment", "deliveries",
		"Record a delivery", "✅ Shipment delivered"},
}

// A shipmentView describes how this API shows a shipment, and appendShipment writes it.
type shipmentView struct {
	ShipmentID string       `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
	Items      []packedView `json:"items" doc:"The items that were shipped."`
	Delivered  bool         `json:"delivered" doc:"Whether it was delivered." example:"true"`
}

func appendShipment(b []byte, s order.Shipment) []byte {
	b = wire.AppendText(append(b, '{'), "shipmentId", s.ID)
	b = wire.AppendList(b, "items", s.Items, message.AppendPacked)
	return append(wire.AppendBool(b, "delivered", s.Delivered), '}')
}

// A packedView describes how this API shows an item of a shipment, and
// message.AppendPacked writes it.
type packedView struct {
	SKU      string `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity int    `json:"qty" format:"int32" doc:"The quantity." example:"2"`
}
