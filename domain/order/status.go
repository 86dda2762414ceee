package order

import "slices"

// A Status is where an order is in its life.
type Status string

const (
	StatusNone      Status = "" // The order is not created yet.
	StatusCreated   Status = "CREATED"
	StatusConfirmed Status = "CONFIRMED"
	StatusCompleted Status = "COMPLETED"
	StatusCancelled Status = "CANCELLED"
)

// Statuses are all that a created order can have.
var Statuses = []Status{StatusCreated, StatusConfirmed, StatusCompleted, StatusCancelled}

// A Rule says when a command may be carried out, and to which status it leads.
type Rule struct {
	Command string   // The command's Name.
	From    []Status // The statuses that allow it.
	To      Status   // Where it leads; StatusNone leaves the status as it is.

	// Guard rejects the command in a state that allows it with no content at all. A nil Guard
	// rejects nothing.
	Guard func(Order) *Error

	// Last is the last version that it may make, so that every order ends: CommitsGrow if it may
	// add work, CommitsMax if it may do a part of what is left, 0 if it can happen only once for
	// each thing in the order. See Revision.
	Last int
}

var open = []Status{StatusCreated, StatusConfirmed}

// Rules is the life of an order. Decide and Allowed read it; tests compare diagrams and documents
// with it.
var Rules = []Rule{
	{"create", []Status{StatusNone}, StatusCreated, nil, 1},
	{"changeItems", []Status{StatusCreated}, StatusNone, Order.mayChange, CommitsGrow},
	{"confirm", []Status{StatusCreated}, StatusConfirmed, unlessOnHold(nil), CommitsMax},
	{"authorizePayment", open, StatusNone, Order.mayAuthorize, CommitsGrow},
	{"capturePayment", open, StatusNone, unlessOnHold(Order.mayCapture), 0},
	{"voidPayment", open, StatusNone, Order.mayVoid, 0},
	{"refundPayment", Statuses, StatusNone, Order.mayRefund, 0},
	{"shipItems", []Status{StatusConfirmed}, StatusNone, unlessOnHold(Order.mayShip), 0},
	{"deliverShipment", []Status{StatusConfirmed}, StatusNone, Order.mayDeliver, 0},
	{"hold", open, StatusNone, unlessOnHold(nil), CommitsGrow},
	{"release", open, StatusNone, Order.mayRelease, 0},
	{"complete", []Status{StatusConfirmed}, StatusCompleted, unlessOnHold(Order.mayComplete), 0},
	{"cancel", open, StatusCancelled, Order.mayCancel, 0},
}

// unlessOnHold returns a guard that rejects a command for an order on hold, and otherwise does what
// the given guard does, if there is one.
func unlessOnHold(guard func(Order) *Error) func(Order) *Error {
	return func(o Order) *Error {
		if o.IsOnHold() {
			return ErrOnHold
		}
		if guard == nil {
			return nil
		}
		return guard(o)
	}
}

func (r Rule) allows(s Status) bool { return slices.Contains(r.From, s) }

// Allowed names the commands that the order would take now, with the right content, in the
// order of Rules. Towards the limits a Revision allows fewer.
func (o Order) Allowed() []string {
	allowed := make([]string, 0, len(Rules))
	for _, r := range Rules {
		if r.allows(o.Status) && (r.Guard == nil || r.Guard(o) == nil) {
			allowed = append(allowed, r.Command)
		}
	}
	return allowed
}

// permit rejects c when its rule does.
func (o Order) permit(c Command) error {
	if e := o.refusal(ruleOf(c.Name())); e != nil {
		return o.rejected(e)
	}
	return nil
}

func ruleOf(command string) Rule {
	for _, r := range Rules {
		if r.Command == command {
			return r
		}
	}
	panic("order: there is no rule for " + command)
}

func (o Order) refusal(r Rule) *Error {
	if !r.allows(o.Status) {
		return forbidden(o.Status, r.Command)
	}
	if r.Guard == nil {
		return nil
	}
	return r.Guard(o)
}
