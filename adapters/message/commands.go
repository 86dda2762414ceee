package message

import "orders/domain/order"

// A Reader reads the body of any command by the command's name.
type Reader struct {
	Currency order.Currency // The currency of orders that name none.
	Strict   bool           // Refuse every unknown name in a new order.
}

// A Sender is who sent a body.
type Sender struct {
	User     string // Empty for none.
	Confined bool   // To orders of that user.
}

// A Draft is what a body asks for.
type Draft struct {
	Command     order.Command
	AnyCurrency bool     // It is a new order whose body names no currency.
	Ignored     []string // The names that DecodeTolerantly ignored.
	body        Body
}

// Explain returns err, the refusal of the command, with better words: see Missing.
func (d Draft) Explain(err error) error { return Missing(d.body, err) }

// commands has the decoder of the body of each command on an order. That of create follows from
// the Reader.
var commands = map[string]func(text []byte) (Body, error){
	"changeItems":      bodyOf[NewItems],
	"confirm":          bodyOf[Confirmation],
	"authorizePayment": bodyOf[Authorization],
	"capturePayment":   bodyOf[Capture],
	"voidPayment":      bodyOf[Voiding],
	"refundPayment":    bodyOf[Refund],
	"shipItems":        bodyOf[Shipment],
	"deliverShipment":  bodyOf[Delivery],
	"hold":             bodyOf[Hold],
	"release":          bodyOf[Release],
	"complete":         bodyOf[Completion],
	"cancel":           bodyOf[Cancellation],
}

func bodyOf[W Body](text []byte) (Body, error) { return Decode[W](text) }

// Create is the name of the one command without an order.
const Create = "create"

// IsCommand reports whether there is a command of this name.
func IsCommand(name string) bool { return name == Create || commands[name] != nil }

// Read returns what the body of a command of this name, which there is, asks for.
func (r Reader) Read(name string, text []byte, by Sender) (Draft, error) {
	if name == Create {
		return r.readCreate(text, by)
	}
	body, err := commands[name](text)
	if err != nil {
		return Draft{}, err
	}
	return Draft{Command: body.Command(r.Currency), body: body}, nil
}

func (r Reader) readCreate(text []byte, by Sender) (Draft, error) {
	body, ignored, err := DecodeNewOrder(text, r.Strict)
	if err == nil {
		body, err = body.By(by)
	}
	if err != nil {
		return Draft{}, err
	}
	return Draft{body.Command(r.Currency), !body.Currency.Given, ignored, body}, nil
}

// DecodeNewOrder reads the body of create. Unless it is strict, it ignores unknown names that were
// hardly meant to be others, and returns them to be logged: the Node.js original ignored all.
func DecodeNewOrder(
	text []byte, strict bool, parameters ...string,
) (body NewOrder, ignored []string, err error) {
	if strict {
		body, err = Decode[NewOrder](text, parameters...)
		return body, nil, err
	}
	return DecodeTolerantly[NewOrder](text, parameters...)
}

// By returns n as that sender means it: who is confined to own orders need not name itself.
func (n NewOrder) By(s Sender) (NewOrder, error) {
	switch {
	case !s.Confined, n.UserID.Given:
		return n, nil
	case !order.IsName(s.User):
		return n, errNoOwner
	}
	n.UserID = Name{text{s.User, true}}
	return n, nil
}

// errNoOwner answers a sender who can own no order.
var errNoOwner = invalidBody(order.Issue{
	Path: []any{"userId"}, Message: "the token's subject cannot be a userId, which has at most " +
		"128 characters, so its bearer can own no order",
})
