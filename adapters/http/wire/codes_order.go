package wire

import (
	"github.com/gofiber/fiber/v2"

	"orders/adapters/message"
	"orders/domain/order"
)

// contentCodes are those of requests with wrong values, which the domain and the decoder find.
var contentCodes = []Code{
	{
		Name: order.ErrInvalid.Code, Status: fiber.StatusBadRequest,
		Message: "❌ Validation failed", Retry: RetryNever, Members: []string{"issues"},
		Meaning: "The body, a parameter or a header has an invalid value, lacks one, or has an " +
			"unknown name. `issues` lists all that is wrong with the part that was checked.",
		Action: "Correct what is at the paths in `issues`.",
	},
	{
		Name: message.CodeMalformed, Status: fiber.StatusBadRequest,
		Message: "❌ Validation failed", Retry: RetryNever, Members: []string{"issues"},
		Meaning: "The body is not strict JSON: its syntax is wrong, it is not valid UTF-8, an " +
			"object has a name twice or too many names, or something follows the object.",
		Action: "Send one JSON object. `issues` has the path of the value in which reading " +
			"ended, which is empty for the body itself.",
	},
}

// notAllowed is the headline of a command that the order's state alone can forbid.
const notAllowed = "❌ Command not allowed"

// orderCodes are those of commands that an order refuses.
var orderCodes = []Code{
	rejection(order.ErrNotAllowed, "The order's status does not allow the command.",
		"Offer what `allowedCommands` has instead."),
	rejection(order.ErrOnHold, "The order is on hold, and the command would take it further.",
		"Send `release` first."),
	rejection(order.ErrPaymentStarted, "Items cannot change once a payment exists.",
		"Cancel the order and create another one."),
	rejection(order.ErrNotPaid, "`shipItems`: a part of the total is neither captured nor "+
		"authorized. `complete`: a part of the total is not captured.",
		"Record the missing payments first."),
	rejection(order.ErrRefunded, "All that was captured has been refunded, so nothing more "+
		"ships.", "Do not ship."),
	rejection(order.ErrNothingCaptured, "No captured amount is left to refund.",
		"Read the order: the refund may have been recorded under another id."),
	rejection(order.ErrAlreadyShipped, "Something has been shipped, so the order cannot be "+
		"cancelled.", "Record refunds instead."),
	rejection(order.ErrNotDelivered, "Not everything has been shipped and delivered.",
		"Record the missing shipments and deliveries first."),
	misfit(order.ErrFull, "❌ Order full", "After 900 changes, commands that add work are "+
		"refused; after 1000, captures, refunds and shipments must cover everything left, and a "+
		"sale must wait until nothing is authorized. Or the order's shipments would list more "+
		"than 10 000 items in all.",
		"Do all that is left at once, or first what `detail` says, or, if there are "+
			"`allowedCommands`, one of them.",
		rejectedMembers...),
	misfit(order.ErrAmountExceeded, "❌ Amount too large", "The amount is more than what is "+
		"left to authorize, capture or refund, in all or of the payment.",
		"Send at most the amount in `detail`. If it has none, nothing is left for this "+
			"payment: choose another one. Do nothing if there are `allowedCommands`: then "+
			"nothing is left at all.", rejectedMembers...),
	misfit(order.ErrQuantityExceeded, "❌ Quantity too large", "The quantity of a product is "+
		"more than what is left to ship, or the order does not have the product.",
		"Send at most the quantity in `detail`. If it has none, leave the product out. Do "+
			"nothing if there are `allowedCommands`: then everything has been shipped.",
		rejectedMembers...),
	misfit(order.ErrNothingHeld, "❌ Nothing to void", "No authorized amount is left to void on "+
		"this payment (or, with `allowedCommands`, on any).",
		"Record a refund if it was captured.", rejectedMembers...),
	misfit(order.ErrPaymentUnknown, "❌ Payment not found", "The order has no such payment or, "+
		"for a refund, nothing of it is captured.", "Send the `paymentId` of one of the order's "+
		"payments, for a refund of one that has captures."),
	misfit(order.ErrShipmentUnknown, "❌ Shipment not found", "The order has no such shipment, "+
		"or, if there are `allowedCommands`, no shipment that is not delivered yet.",
		"Send the `shipmentId` of one of the order's shipments.", rejectedMembers...),
	{
		Name: order.ErrIDReused.Code, Status: fiber.StatusConflict,
		Message: "❌ Id used before", Detail: order.ErrIDReused.Message, Retry: RetryNever,
		Meaning: "The id of the payment, capture, refund or shipment was used before with " +
			"other content.",
		Action: "Send the same content to repeat the command, or a new id for another one.",
	},
}

var rejectedMembers = []string{"currentStatus", "allowedCommands"}

// rejection is the code of a command that the order's state forbids, whatever the command carries.
func rejection(e *order.Error, meaning, action string) Code {
	return Code{
		Name: e.Code, Status: fiber.StatusConflict, Message: notAllowed, Detail: e.Message,
		Meaning: meaning, Action: action, Retry: RetryChanged, Members: rejectedMembers,
	}
}

// misfit is the code of a command that carries something which does not fit the order. Some of
// them are also given when nothing would fit, and then have the members of a rejection.
func misfit(e *order.Error, headline, meaning, action string, members ...string) Code {
	return Code{
		Name: e.Code, Status: fiber.StatusConflict, Message: headline, Detail: e.Message,
		Meaning: meaning, Action: action, Retry: RetryChanged, Members: members,
	}
}
