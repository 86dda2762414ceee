package http

import (
	"reflect"

	"orders/domain/order"
)

// A wish is the body of a message that asks for a command.
type wish interface {
	// command returns the command that it asks for; usual is the currency of orders that name none.
	command(usual order.Currency) order.Command
}

// saysMore reports whether a body of W has any field; one that has none may be missing.
func saysMore[W wish]() bool { return reflect.TypeFor[W]().NumField() > 0 }
