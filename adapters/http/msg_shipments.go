package http

import "orders/domain/order"

// shipment is the body of shipItems.
type shipment struct {
	ShipmentID name           `json:"shipmentId" doc:"New in the order." example:"ship_1"`
	Items      list[shipItem] `json:"items" doc:"What left. A SKU must come only once."`
}

type shipItem struct {
	SKU      name     `json:"sku" doc:"A product of the order." example:"sku_mouse"`
	Quantity quantity `json:"qty" doc:"How many left, at most what is unshipped." example:"2"`
}

func (s shipment) command(order.Currency) order.Command {
	items := make([]order.ShipItem, len(s.Items))
	for i, item := range s.Items {
		items[i] = order.ShipItem{SKU: item.SKU.String(), Quantity: item.Quantity.Decimal}
	}
	return order.ShipItems{ShipmentID: s.ShipmentID.String(), Items: items}
}

// delivery is the body of deliverShipment.
type delivery struct {
	ShipmentID name `json:"shipmentId" doc:"A shipment of the order." example:"ship_1"`
}

func (d delivery) command(order.Currency) order.Command {
	return order.DeliverShipment{ShipmentID: d.ShipmentID.String()}
}
