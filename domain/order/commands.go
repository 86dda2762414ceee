package order

// A Command asks for a change of one order. The set is closed: see the list below.
//
//sumtype:decl
type Command interface {
	// Name is the command's name in Rules, in request hashes and in answers. It never changes.
	Name() string
	isCommand()
}

type (
	// Create asks for a new order.
	Create struct {
		UserID   string   // 1 to TextMax characters.
		Currency Currency // Of every price.
		Items    []Item   // 1 to LinesMax. A SKU may come twice, at different prices.
	}
	// ChangeItems asks to replace all items, in the same currency.
	ChangeItems struct{ Items []Item }
	// Confirm asks to make the order binding.
	Confirm struct{}
	// AuthorizePayment records that a payment provider holds an amount for the order.
	AuthorizePayment struct {
		PaymentID string // New in the order; like every ID here 1 to TextMax characters.
		Amount    Decimal
	}
	// CapturePayment records that an amount was captured: of an authorization, or as a sale.
	CapturePayment struct {
		PaymentID string
		CaptureID string // New in the order. Empty means the PaymentID.
		Amount    Decimal
	}
	// VoidPayment records that what is held of a payment will not be captured.
	VoidPayment struct{ PaymentID string }
	// RefundPayment records that an amount was refunded.
	RefundPayment struct {
		PaymentID string
		RefundID  string // New in the order.
		Amount    Decimal
	}
	// ShipItems records that items were shipped.
	ShipItems struct {
		ShipmentID string // New in the order.
		Items      []ShipItem
	}
	// DeliverShipment records that a shipment was delivered.
	DeliverShipment struct{ ShipmentID string }
	// Hold asks to put the order on hold: it goes no further until a Release.
	Hold struct {
		Reason Reason
		Note   string // At most NoteMax characters; may be empty.
	}
	// Release asks to let an order on hold go on.
	Release struct{}
	// Complete asks to close an order that is paid and delivered.
	Complete struct{}
	// Cancel asks to end the order.
	Cancel struct {
		Reason Reason
		Note   string // At most NoteMax characters; may be empty.
	}
)

// An Item is a line as a client sends it: its numbers are not checked yet.
type Item struct {
	SKU      string  // 1 to TextMax characters.
	Quantity Decimal // Must be whole, 1 to QuantityMax.
	Price    Decimal // Of one piece; must be positive and exact in the currency's minor units.
}

// A ShipItem is a SKU and how many of it are shipped.
type ShipItem struct {
	SKU      string
	Quantity Decimal
}

func (Create) Name() string           { return "create" }
func (ChangeItems) Name() string      { return "changeItems" }
func (Confirm) Name() string          { return "confirm" }
func (AuthorizePayment) Name() string { return "authorizePayment" }
func (CapturePayment) Name() string   { return "capturePayment" }
func (VoidPayment) Name() string      { return "voidPayment" }
func (RefundPayment) Name() string    { return "refundPayment" }
func (ShipItems) Name() string        { return "shipItems" }
func (DeliverShipment) Name() string  { return "deliverShipment" }
func (Hold) Name() string             { return "hold" }
func (Release) Name() string          { return "release" }
func (Complete) Name() string         { return "complete" }
func (Cancel) Name() string           { return "cancel" }

// A Reason is why an order is cancelled or put on hold.
type Reason string

// Reasons are all reasons.
var Reasons = []Reason{"customer", "declined", "fraud", "inventory", "staff", "other"}

// The limits of what a command may carry. Characters are Unicode code points.
const (
	LinesMax    = 500
	QuantityMax = 1_000_000
	TextMax     = 128
	NoteMax     = 1000
)

func (Create) isCommand()           {}
func (ChangeItems) isCommand()      {}
func (Confirm) isCommand()          {}
func (AuthorizePayment) isCommand() {}
func (CapturePayment) isCommand()   {}
func (VoidPayment) isCommand()      {}
func (RefundPayment) isCommand()    {}
func (ShipItems) isCommand()        {}
func (DeliverShipment) isCommand()  {}
func (Hold) isCommand()             {}
func (Release) isCommand()          {}
func (Complete) isCommand()         {}
func (Cancel) isCommand()           {}
