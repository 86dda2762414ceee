// Package order serves orders: the commands that change them, and the queries that show them.
package order

import (
	"log/slog"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/message"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// operations lists the commands on an order, in the order of its life: first the usual ones, then
// the others. The file of each topic has its rows.
var operations = slices.SortedStableFunc(slices.Values(slices.Concat(
	itemOperations, paymentOperations, shipmentOperations, lifeOperations,
)), func(a, b operationRow) int { return place(a) - place(b) })

// usual are the commands on an order that is paid, shipped and completed.
var usual = []string{
	"changeItems", "confirm", "authorizePayment", "capturePayment", "shipItems", "deliverShipment",
	"complete",
}

// place returns the place of an operation among the usual ones, or one behind them.
func place(o operationRow) int {
	name, _ := o.at()
	if at := slices.Index(usual, name); at >= 0 {
		return at
	}
	return len(usual)
}

// operationPaths has the path of each command, below the path of its order.
var operationPaths = func() map[string]string {
	all := map[string]string{}
	for _, o := range operations {
		name, path := o.at()
		all[name] = path
	}
	return all
}()

// A CommandConfig is what can be chosen about commands.
type CommandConfig struct {
	BasePath   string         // The prefix of the paths in answers.
	Currency   order.Currency // The currency of orders that name none.
	RequireKey bool           // Refuse commands that come without an Idempotency-Key.
	Strict     bool           // Refuse every unknown name in a new order.
	Tokens     bool           // Callers need a token, which names a user.
	Log        *slog.Logger   // Gets the names that are ignored.
}

// NewCommands returns the commands that handler carries out. An answer waits until orders shows it.
func NewCommands(
	handler *command.Handler, orders ports.Orders, config CommandConfig,
) *Commands {
	c := &Commands{
		handler: handler, orders: orders, currency: config.Currency,
		requireKey: config.RequireKey, paths: paths{config.BasePath, operationPaths},
		strict: config.Strict, tokens: config.Tokens,
		ignored: message.NewIgnoredNames(config.Log),
	}
	c.awaiting.After = AwaitMax
	return c
}

// Add adds every command.
func (s *Commands) Add(api huma.API) {
	s.addCreate(api)
	for _, o := range operations {
		o.add(s, api)
	}
}

// NewQueries returns the queries of orders and history. Links in answers begin with base.
func NewQueries(orders ports.Orders, history ports.History, base string) *Queries {
	return &Queries{orders, history, paths{base: base}, make(chan struct{}, pagesMax)}
}

// Add adds every query.
func (q *Queries) Add(api huma.API) {
	q.addList(api)
	q.addView(api)
	q.addHistory(api)
}
