// Package message reads the body of a message strictly, and knows which command each body asks for.
// It does not know how a message comes.
package message

import (
	"reflect"

	"orders/domain/order"
)

// A Body is the body of a message that asks for a command.
type Body interface {
	// Command returns the command that it asks for; usual is the currency of orders that name none.
	Command(usual order.Currency) order.Command
}

// Required reports whether a body of W has any field; one that has none may be missing.
func Required[W Body]() bool { return reflect.TypeFor[W]().NumField() > 0 }
