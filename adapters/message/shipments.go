package message

import "orders/domain/order"

// Shipment is the body of shipItems.
type Shipment struct {
	ShipmentID Name           `json:"shipmentId" doc:"An id that is new in the order." example:"ship_1"`
	Items      List[ShipItem] `json:"items" doc:"The items that were shipped. A SKU may be listed only once."`
}

// ShipItem is an item of Shipment.
type ShipItem struct {
	SKU      Name     `json:"sku" doc:"A product of the order." example:"sku_mouse"`
	Quantity Quantity `json:"qty" doc:"The quantity shipped, at most what is not shipped yet." example:"2"`
}

// Command implements Body.
func (s Shipment) Command(order.Currency) order.Command {
	items := make([]order.ShipItem, len(s.Items))
	for i, item := range s.Items {
		items[i] = order.ShipItem{SKU: item.SKU.String(), Quantity: item.Quantity.Decimal}
	}
	return order.ShipItems{ShipmentID: s.ShipmentID.String(), Items: items}
}

// Delivery is the body of deliverShipment.
type Delivery struct {
	ShipmentID Name `json:"shipmentId" doc:"A shipment of the order." example:"ship_1"`
}

// Command implements Body.
func (d Delivery) Command(order.Currency) order.Command {
	return order.DeliverShipment{ShipmentID: d.ShipmentID.String()}
}

// shipmentEvents show shipments and deliveries.
var shipmentEvents = []EventType{
	event(1, "Items were shipped.", func(e order.ItemsShipped) shippedData {
		return shippedData{e.ShipmentID, e.Items}
	}),
	event(1, "A shipment was delivered.", func(e order.ShipmentDelivered) deliveredData {
		return deliveredData{e.ShipmentID}
	}),
}

type shippedData struct {
	ShipmentID string `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
	Items      Packed `json:"items" doc:"The items that were shipped."`
}

type deliveredData struct {
	ShipmentID string `json:"shipmentId" doc:"The shipment's id." example:"ship_1"`
}
