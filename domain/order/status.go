package order

import "slices"

// A Status is where an order is in its life.
type Status string

const (
	StatusNone      Status = "" // Nobody has created the order.
	StatusCreated   Status = "CREATED"
	StatusConfirmed Status = "CONFIRMED"
	StatusCancelled Status = "CANCELLED"
)

// A Rule says from which statuses a command may be carried out, and to which one it leads.
type Rule struct {
	Command string // The command's Name.
	From    []Status
	To      Status
}

// Rules is the life of an order. The guards and Allowed read it; diagrams and documents are
// tested against it.
var Rules = []Rule{
	{"create", []Status{StatusNone}, StatusCreated},
	{"confirm", []Status{StatusCreated}, StatusConfirmed},
	{"cancel", []Status{StatusCreated, StatusConfirmed}, StatusCancelled},
}

// Allowed names the commands that the order would not reject now, in the order of Rules.
func (o Order) Allowed() []string {
	allowed := []string{}
	for _, r := range Rules {
		if slices.Contains(r.From, o.Status) {
			allowed = append(allowed, r.Command)
		}
	}
	return allowed
}

// permit rejects c when the table does not list it for the order's status.
func (o Order) permit(c Command) error {
	if slices.Contains(o.Allowed(), c.Name()) {
		return nil
	}
	return o.reject(c)
}
