package order

import "fmt"

// A Kind says what is wrong with a refused command.
type Kind string

const (
	Invalid  Kind = "invalid"  // It makes no sense, whatever the order's state.
	Rejected Kind = "rejected" // It makes sense, but not now.
)

// An Error is a refusal by the domain.
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

// The refusals there are, to compare with by errors.Is.
var (
	ErrInvalid   = &Error{Kind: Invalid, Code: "validation-failed"}
	ErrForbidden = &Error{Kind: Rejected, Code: "command-not-allowed"}
	ErrFull      = &Error{Kind: Rejected, Code: "order-full"}
)

func invalid(issues []Issue) error {
	if len(issues) == 0 {
		return nil
	}
	return &Error{
		Kind: Invalid, Code: ErrInvalid.Code, Issues: issues,
		Message: fmt.Sprintf("%v %s", issues[0].Path[len(issues[0].Path)-1], issues[0].Message),
	}
}

func (o Order) reject(c Command) error {
	message := fmt.Sprintf("an order that is %s does not allow %s", o.Status, c.Name())
	return o.rejected(ErrForbidden, message)
}

func (o Order) rejected(as *Error, message string) error {
	return &Error{
		Kind: Rejected, Code: as.Code, Message: message,
		Status: o.Status, Allowed: o.Allowed(),
	}
}
