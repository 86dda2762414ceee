package order

// An Event is a fact about one order. The set is closed: see the list below. When it happened
// stands in the commit that recorded it.
//
//sumtype:decl
type Event interface {
	// Type is the event's stored name. It never changes.
	Type() string
}

type (
	// Created says that a user ordered these lines.
	Created struct {
		UserID string
		Lines  []Line
	}
	// Confirmed says that the order is binding.
	Confirmed struct{}
	// Cancelled says that the order has ended and why.
	Cancelled struct {
		Reason Reason
		Note   string
	}
)

func (Created) Type() string   { return "OrderCreated" }
func (Confirmed) Type() string { return "OrderConfirmed" }
func (Cancelled) Type() string { return "OrderCancelled" }
