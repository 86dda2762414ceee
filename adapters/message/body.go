// Package message decodes the bodies of messages strictly and turns each into its command, and
// shows events as messages do. It does not know how a message is transported.
package message

import (
	"reflect"

	"orders/domain/order"
)

// A Body is the body of a message that asks for a command.
type Body interface {
	// Command returns the command that the body asks for. An order that names no currency gets the
	// fallback.
	Command(fallback order.Currency) order.Command
}

// Required reports whether W has any field. A body without fields may be missing.
func Required[W Body]() bool { return reflect.TypeFor[W]().NumField() > 0 }
