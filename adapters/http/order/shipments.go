package order

import (
	"github.com/go-json-experiment/json/jsontext"

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

// shipmentEvents show these.
var shipmentEvents = []eventRow{
	row(func(e order.ItemsShipped) shippedData {
		return shippedData{e.ShipmentID, e.Items}
	}),
	row(func(e order.ShipmentDelivered) deliveredData { return deliveredData{e.ShipmentID} }),
}

type shippedData struct {
	ShipmentID string      `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
	Items      shownPacked `json:"items" doc:"The items that were shipped."`
}

type deliveredData struct {
	ShipmentID string `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
}

// A shipmentView describes how this API shows a shipment, and appendShipment writes it.
type shipmentView struct {
	ShipmentID string       `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
	Items      []packedView `json:"items" doc:"The items that were shipped."`
	Delivered  bool         `json:"delivered" doc:"Whether it was delivered." example:"true"`
}

func appendShipment(b []byte, s order.Shipment) []byte {
	b = wire.AppendText(append(b, '{'), "shipmentId", s.ID)
	b = wire.AppendList(b, "items", s.Items, appendPacked)
	return append(wire.AppendBool(b, "delivered", s.Delivered), '}')
}

// A packedView describes how this API shows an item of a shipment, and appendPacked writes it.
type packedView struct {
	SKU      string `json:"sku" doc:"The product." example:"sku_mouse"`
	Quantity int    `json:"qty" format:"int32" doc:"The quantity." example:"2"`
}

func appendPacked(b []byte, p order.Packed) []byte {
	b = wire.AppendText(append(b, '{'), "sku", p.SKU)
	return append(wire.AppendNumber(b, "qty", p.Quantity), '}')
}

// shownPacked are the items of a shipment in an answer that the JSON encoder writes.
type shownPacked []order.Packed

// MarshalJSONTo implements json.MarshalerTo.
func (p shownPacked) MarshalJSONTo(e *jsontext.Encoder) error {
	return wire.EncodeAll(e, p, appendPacked)
}
