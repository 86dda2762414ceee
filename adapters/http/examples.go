package http

import (
	"time"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const (
	exampleID   = "ord_k2jh7yq4mz5vxw3n6tbacdefgh"
	exampleTime = "2026-11-22T13:44:48.202Z"
)

var exampleMoment = eventPlace{version: 2}.cursor()

var exampleCursor = cursorOf(ports.Place{
	CreatedAt: time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC), ID: exampleID,
})

var (
	exampleItems        = []any{wire.Example{"sku": "sku_mouse", "qty": 2, "price": 599}}
	examplePacked       = []any{wire.Example{"sku": "sku_mouse", "qty": 2}}
	exampleCancellation = wire.Example{"reason": "customer", "note": "found it cheaper"}
	exampleCapture      = wire.Example{"captureId": "cap_1", "amount": 1198}
	exampleRefund       = wire.Example{"refundId": "ref_1", "amount": 599}
	examplePayment      = wire.Example{
		"paymentId": "pay_1", "authorized": 1198, "captured": 1198, "refunded": 599, "voided": 0,
		"captures": []any{exampleCapture}, "refunds": []any{exampleRefund},
	}
	exampleShipment = wire.Example{
		"shipmentId": "ship_1", "items": examplePacked, "delivered": true,
	}
	exampleOrder = wire.Example{
		"orderId": exampleID, "userId": "user_123", "status": order.StatusConfirmed,
		"paymentStatus": order.PartiallyRefunded, "fulfillmentStatus": order.Delivered,
		"totalAmount": 1198, "currency": "USD", "itemCount": 2,
		"previewSkus": []any{"sku_mouse"}, "items": exampleItems,
		"payments": []any{examplePayment}, "shipments": []any{exampleShipment},
		"createdAt": exampleTime, "updatedAt": exampleTime, "version": 7,
		"allowedCommands": []any{"refundPayment", "complete"},
	}
	exampleOrders = wire.Example{
		"count": 1, "orders": []any{exampleOrder}, "nextCursor": exampleCursor,
	}
)

var (
	exampleEvent = wire.Example{
		"type": order.PaymentRefunded{}.Type(),
		"data": wire.Example{"paymentId": "pay_1", "refundId": "ref_1", "amount": 599},
	}
	examplePast = wire.Example{
		"version": 7, "type": exampleEvent["type"], "at": exampleTime, "actor": "anonymous",
		"requestId": "req-42", "data": exampleEvent["data"],
	}
	exampleHistory = wire.Example{
		"orderId": exampleID, "events": []any{examplePast}, "nextCursor": exampleMoment,
	}
	exampleDryRun = wire.Example{
		"message": wouldBe, "dryRun": true, "events": []any{exampleEvent}, "order": exampleOrder,
	}
	exampleIssue   = issue{[]any{"items", 0, "qty"}, "must be from 1 to 1000000"}
	exampleProblem = invalid(order.ErrInvalid.Code, "qty must be from 1 to 1000000",
		exampleIssue).at(commandRoot)
	exampleResult = wire.Example{
		"message": "✅ Order created", "orderId": exampleID, "version": 1,
		"status": order.StatusCreated, "paymentStatus": order.NoPayment,
		"fulfillmentStatus": order.Unfulfilled,
		"links": wire.Example{
			"self":    queryRoot + "/" + exampleID,
			"confirm": commandRoot + "/" + exampleID + "/confirm",
		},
	}
)
