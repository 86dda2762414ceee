package order

// An Event is a fact about one order. The set is closed: see the list below. The commit that
// recorded the event has its time.
//
//sumtype:decl
type Event interface {
	// Type is the event's stored name. It never changes.
	Type() string
	// size is about how many bytes its texts and lists take.
	size() int
}

type (
	// Created says that a user ordered these lines.
	Created struct {
		UserID string
		Lines  []Line
	}
	// ItemsChanged says that these lines replace all lines.
	ItemsChanged struct{ Lines []Line }
	// Confirmed says that the order is binding.
	Confirmed struct{}
	// PaymentAuthorized says that an amount is authorized.
	PaymentAuthorized struct {
		PaymentID string
		Amount    Money
	}
	// PaymentCaptured says that an amount was captured.
	PaymentCaptured struct {
		PaymentID, CaptureID string
		Amount               Money
	}
	// PaymentRefunded says that an amount was refunded.
	PaymentRefunded struct {
		PaymentID, RefundID string
		Amount              Money
	}
	// PaymentVoided says that an amount that was held will not be captured.
	PaymentVoided struct {
		PaymentID string
		Amount    Money
	}
	// ItemsShipped says that items were shipped.
	ItemsShipped struct {
		ShipmentID string
		Items      []Packed
	}
	// ShipmentDelivered says that a shipment was delivered.
	ShipmentDelivered struct{ ShipmentID string }
	// PutOnHold says that the order goes no further until it is released, and why.
	PutOnHold struct {
		Reason Reason
		Note   string
	}
	// Released says that the order is no longer on hold.
	Released struct{}
	// Completed says that the order is paid, delivered and closed.
	Completed struct{}
	// Cancelled says that the order has ended and why.
	Cancelled struct {
		Reason Reason
		Note   string
	}
)

func (Created) Type() string           { return "OrderCreated" }
func (ItemsChanged) Type() string      { return "ItemsChanged" }
func (Confirmed) Type() string         { return "OrderConfirmed" }
func (PaymentAuthorized) Type() string { return "PaymentAuthorized" }
func (PaymentCaptured) Type() string   { return "PaymentCaptured" }
func (PaymentRefunded) Type() string   { return "PaymentRefunded" }
func (PaymentVoided) Type() string     { return "PaymentVoided" }
func (ItemsShipped) Type() string      { return "ItemsShipped" }
func (ShipmentDelivered) Type() string { return "ShipmentDelivered" }
func (PutOnHold) Type() string         { return "OrderHeld" }
func (Released) Type() string          { return "OrderReleased" }
func (Completed) Type() string         { return "OrderCompleted" }
func (Cancelled) Type() string         { return "OrderCancelled" }

func (e Created) size() int           { return len(e.UserID) + sizes.lines(e.Lines) }
func (e ItemsChanged) size() int      { return sizes.lines(e.Lines) }
func (Confirmed) size() int           { return 0 }
func (e PaymentAuthorized) size() int { return len(e.PaymentID) }
func (e PaymentCaptured) size() int   { return len(e.PaymentID) + len(e.CaptureID) }
func (e PaymentRefunded) size() int   { return len(e.PaymentID) + len(e.RefundID) }
func (e PaymentVoided) size() int     { return len(e.PaymentID) }
func (e ItemsShipped) size() int      { return len(e.ShipmentID) + sizes.packed(e.Items) }
func (e ShipmentDelivered) size() int { return len(e.ShipmentID) }
func (e PutOnHold) size() int         { return len(e.Reason) + len(e.Note) }
func (Released) size() int            { return 0 }
func (Completed) size() int           { return 0 }
func (e Cancelled) size() int         { return len(e.Reason) + len(e.Note) }
