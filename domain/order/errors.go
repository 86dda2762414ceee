package order

import "fmt"

// A Kind says what is wrong with a refused command.
type Kind string

const (
	Invalid  Kind = "invalid"  // A value of the command is wrong, whatever the order's state.
	Unfit    Kind = "unfit"    // What it carries does not fit the order; something else might.
	Rejected Kind = "rejected" // The order's state does not allow it, whatever it carries.
)

// An Error is the domain's refusal of a command.
type Error struct {
	Kind    Kind
	Code    string // Stable; clients may match it.
	Message string // One sentence for people.

	Issues  []Issue  // Every wrong value, when invalid.
	Status  Status   // The order's status, when rejected.
	Allowed []string // The commands that the order would take instead, when rejected.
}

// An Issue is one wrong value in a command.
type Issue struct {
	Path    []any // Field names (string) and indexes (int), from the outside in.
	Message string
}

func (e *Error) Error() string { return e.Message }

// Is reports whether target is a refusal with the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// All refusals, to compare with by errors.Is. A refusal may have a more exact message, and the same
// code may be unfit once and rejected another time: an amount is too large for what is left, or
// nothing is left at all.
var (
	ErrInvalid    = reason("validation-failed", "a value is wrong")
	ErrNotAllowed = reason("command-not-allowed", "the order's status does not allow it")
	ErrFull       = reason("order-full",
		"after so many changes an order takes only what ends it")
	ErrPaymentStarted   = reason("payment-started", "items cannot change once a payment exists")
	ErrNotPaid          = reason("not-paid", "the order is not paid in full")
	ErrRefunded         = reason("refunded", "all that was captured has been refunded")
	ErrNothingHeld      = reason("nothing-held", "nothing is left to void")
	ErrNothingCaptured  = reason("nothing-captured", "nothing is left to refund")
	ErrPaymentUnknown   = reason("payment-unknown", "the order has no such payment")
	ErrAmountExceeded   = reason("amount-exceeded", "the amount is more than is left")
	ErrIDReused         = reason("id-reused", "the id was used before with other content")
	ErrAlreadyShipped   = reason("already-shipped", "something has been shipped")
	ErrQuantityExceeded = reason("quantity-exceeded", "the quantity is more than is left to ship")
	ErrShipmentUnknown  = reason("shipment-unknown", "the order has no such shipment")
	ErrOnHold           = reason("on-hold", "the order is on hold")
	ErrNotDelivered     = reason("not-delivered", "not everything has been delivered")
)

// Refusals are all of them.
var Refusals = []*Error{
	ErrInvalid, ErrNotAllowed, ErrFull, ErrPaymentStarted, ErrNotPaid, ErrRefunded, ErrNothingHeld,
	ErrNothingCaptured, ErrPaymentUnknown, ErrAmountExceeded, ErrIDReused, ErrAlreadyShipped,
	ErrQuantityExceeded, ErrShipmentUnknown, ErrOnHold, ErrNotDelivered,
}

func reason(code, message string) *Error { return &Error{Code: code, Message: message} }

// because returns e with a message of its own.
func (e *Error) because(format string, args ...any) *Error {
	return reason(e.Code, fmt.Sprintf(format, args...))
}

func forbidden(s Status, command string) *Error {
	return ErrNotAllowed.because("an order that is %s does not allow %s", s, command)
}

func invalid(issues []Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return &Error{
		Kind: Invalid, Code: ErrInvalid.Code, Issues: issues,
		Message: fmt.Sprintf("%v %s", issues[0].Path[len(issues[0].Path)-1], issues[0].Message),
	}
}

// unfit says that e is because of what the command carries.
func unfit(e *Error) error { return &Error{Kind: Unfit, Code: e.Code, Message: e.Message} }

// rejected says that e is because of the order's state, and what the order would take instead.
func (o Order) rejected(e *Error) error {
	return &Error{
		Kind: Rejected, Code: e.Code, Message: e.Message,
		Status: o.Status, Allowed: o.Allowed(),
	}
}
