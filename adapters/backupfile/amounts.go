package backupfile

import (
	"errors"

	"orders/domain/order"
)

// checked data refuse what no store takes: it would be recorded, and then be unreadable.
type checked interface{ check() error }

var (
	errNoItems  = errors.New("it names no items")
	errNoAmount = errors.New("it has no amount, or one of an unknown currency")
)

func (d created) check() error      { return checkLines(d.Lines) }
func (d itemsChanged) check() error { return checkLines(d.Lines) }
func (d authorized) check() error   { return d.Amount.check() }
func (d captured) check() error     { return d.Amount.check() }
func (d refunded) check() error     { return d.Amount.check() }

func (d shipped) check() error {
	if len(d.Items) == 0 {
		return errNoItems
	}
	return nil
}

func checkLines(lines []orderLine) error {
	if len(lines) == 0 {
		return errNoItems
	}
	for _, l := range lines {
		if !l.Price.money().Currency.Known() {
			return errNoAmount
		}
	}
	return nil
}

func (a amount) check() error {
	if a.Minor <= 0 || !a.money().Currency.Known() {
		return errNoAmount
	}
	return nil
}

func amountOf(m order.Money) amount { return amount{m.Minor, string(m.Currency)} }

func (a amount) money() order.Money {
	return order.Money{Minor: a.Minor, Currency: order.Currency(a.Currency)}
}

func linesOf(lines []order.Line) (all []orderLine) {
	for _, l := range lines {
		all = append(all, orderLine{l.SKU, l.Quantity, amountOf(l.Price)})
	}
	return all
}

func linesIn(lines []orderLine) (all []order.Line) {
	for _, l := range lines {
		all = append(all, order.Line{SKU: l.SKU, Quantity: l.Quantity, Price: l.Price.money()})
	}
	return all
}

func packedOf(items []order.Packed) (all []packed) {
	for _, p := range items {
		all = append(all, packed{p.SKU, p.Quantity})
	}
	return all
}

func packedIn(items []packed) (all []order.Packed) {
	for _, p := range items {
		all = append(all, order.Packed{SKU: p.SKU, Quantity: p.Quantity})
	}
	return all
}
