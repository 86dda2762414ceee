package order

import (
	"reflect"

	"orders/adapters/message"
)

// A CommandBody is the body of a command: over HTTP, and in a message.
type CommandBody struct {
	Command string // Its name.
	Summary string // What it does.
	Type    reflect.Type
}

// Bodies lists the bodies of all commands, in the order of an order's life.
func Bodies() []CommandBody {
	all := []CommandBody{{message.Create, createSummary, reflect.TypeFor[message.NewOrder]()}}
	for _, o := range operations {
		all = append(all, o.body())
	}
	return all
}
