package http

func (r commandResult) appendTo(b []byte) []byte {
	b = appendText(append(b, '{'), "message", r.Message)
	b = appendText(b, "orderId", r.OrderID)
	b = appendNumber(b, "version", r.Version)
	b = appendText(b, "status", r.Status)
	b = appendText(b, "paymentStatus", r.PaymentStatus)
	b = appendText(b, "fulfillmentStatus", r.FulfillmentStatus)
	return append(r.Links.appendTo(appendName(b, "links")), '}')
}

func (o oneOrder) appendTo(b []byte) []byte {
	return append(appendOrder(appendName(append(b, '{'), "order"), o.Order), '}')
}

func appendOrder(b []byte, v orderView) []byte {
	b = appendText(append(b, '{'), "orderId", v.OrderID)
	b = appendText(b, "userId", v.UserID)
	b = appendText(b, "status", v.Status)
	b = appendText(b, "paymentStatus", v.PaymentStatus)
	b = appendText(b, "fulfillmentStatus", v.FulfillmentStatus)
	b = appendAmount(b, "totalAmount", v.TotalAmount)
	b = appendText(b, "currency", v.Currency)
	b = appendNumber(b, "itemCount", v.ItemCount)
	b = appendList(b, "previewSkus", v.PreviewSKUs, appendQuoted)
	b = appendList(b, "items", v.Items, appendItem)
	b = appendList(b, "payments", v.Payments, appendPayment)
	b = appendList(b, "shipments", v.Shipments, appendShipment)
	if c := v.Cancellation; c != nil {
		b = appendText(append(appendName(b, "cancellation"), '{'), "reason", c.Reason)
		if c.Note != "" {
			b = appendText(b, "note", c.Note)
		}
		b = append(b, '}')
	}
	if v.RefundDue != nil {
		b = appendAmount(b, "refundDue", *v.RefundDue)
	}
	b = appendMoment(b, "createdAt", v.CreatedAt)
	b = appendMoment(b, "updatedAt", v.UpdatedAt)
	b = appendNumber(b, "version", v.Version)
	return append(appendList(b, "allowedCommands", v.AllowedCommands, appendQuoted), '}')
}

func appendItem(b []byte, i itemView) []byte {
	b = appendText(append(b, '{'), "sku", i.SKU)
	b = appendNumber(b, "qty", i.Quantity)
	return append(appendAmount(b, "price", i.Price), '}')
}

func appendPayment(b []byte, p paymentView) []byte {
	b = appendText(append(b, '{'), "paymentId", p.PaymentID)
	b = appendAmount(b, "authorized", p.Authorized)
	b = appendAmount(b, "captured", p.Captured)
	b = appendAmount(b, "refunded", p.Refunded)
	b = appendAmount(b, "voided", p.Voided)
	b = appendList(b, "captures", p.Captures, func(b []byte, c captureView) []byte {
		b = appendText(append(b, '{'), "captureId", c.CaptureID)
		return append(appendAmount(b, "amount", c.Amount), '}')
	})
	b = appendList(b, "refunds", p.Refunds, func(b []byte, r refundView) []byte {
		b = appendText(append(b, '{'), "refundId", r.RefundID)
		return append(appendAmount(b, "amount", r.Amount), '}')
	})
	return append(b, '}')
}

func appendShipment(b []byte, s shipmentView) []byte {
	b = appendText(append(b, '{'), "shipmentId", s.ShipmentID)
	b = appendList(b, "items", s.Items, func(b []byte, p packedView) []byte {
		b = appendText(append(b, '{'), "sku", p.SKU)
		return append(appendNumber(b, "qty", p.Quantity), '}')
	})
	return append(appendBool(b, "delivered", s.Delivered), '}')
}
