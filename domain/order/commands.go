package order

// A Command is a wish about one order. The set is closed: see the list below.
//
//sumtype:decl
type Command interface {
	// Name is the command's name in Rules, in request hashes and in answers. It never changes.
	Name() string
}

type (
	// Create asks for a new order.
	Create struct {
		UserID   string   // 1 to TextMax characters.
		Currency Currency // Of every price.
		Items    []Item   // 1 to LinesMax. A SKU may come twice, at different prices.
	}
	// Confirm asks to make the order binding.
	Confirm struct{}
	// Cancel asks to end the order.
	Cancel struct {
		Reason Reason
		Note   string // At most NoteMax characters; may be empty.
	}
)

// An Item is a line as a client asks for it: its numbers are yet to be checked.
type Item struct {
	SKU      string  // 1 to TextMax characters.
	Quantity Decimal // Must be whole, 1 to QuantityMax.
	Price    Decimal // Of one piece; must be positive and exact in the currency's minor units.
}

func (Create) Name() string  { return "create" }
func (Confirm) Name() string { return "confirm" }
func (Cancel) Name() string  { return "cancel" }

// A Reason is why an order is cancelled.
type Reason string

// Reasons are all there are.
var Reasons = []Reason{"customer", "declined", "fraud", "inventory", "staff", "other"}

// The limits of what a command may carry. Characters are Unicode code points.
const (
	LinesMax    = 500
	QuantityMax = 1_000_000
	TextMax     = 128
	NoteMax     = 1000
)
