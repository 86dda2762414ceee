package order

import (
	"errors"
	"fmt"
	"slices"
)

// issues collects every wrong value of a command.
type issues []Issue

// add adds an issue. It copies path, so that the paths of right values stay on the stack.
func (i *issues) add(message string, path ...any) {
	*i = append(*i, Issue{Path: slices.Clone(path), Message: message})
}

func (i *issues) count(items int) {
	switch {
	case items == 0:
		i.add("must hold at least one item", "items")
	case items > LinesMax:
		i.add(fmt.Sprintf("must hold at most %d items", LinesMax), "items")
	}
}

func (i *issues) lines(items []Item, currency Currency) []Line {
	i.count(len(items))
	lines := make([]Line, min(len(items), LinesMax))
	for n, item := range items[:len(lines)] {
		i.name(item.SKU, "items", n, "sku")
		lines[n] = Line{
			SKU:      item.SKU,
			Quantity: i.quantity(item.Quantity, "items", n, "qty"),
			Price:    i.amount(item.Price, currency, "items", n, "price"),
		}
	}
	if len(*i) == 0 && !fitsAmount(lines) {
		i.add("cost more than an amount can hold", "items")
	}
	return lines
}

func (i *issues) quantity(d Decimal, path ...any) int {
	n, err := d.Scaled(0)
	switch {
	case errors.Is(err, ErrFraction):
		i.add("must be a whole number", path...)
	case err != nil || n < 1 || n > QuantityMax:
		i.add(fmt.Sprintf("must be from 1 to %d", QuantityMax), path...)
	}
	return int(n)
}

// amount checks an amount. It accepts any number of decimals if the currency is unknown.
func (i *issues) amount(d Decimal, c Currency, path ...any) Money {
	n, err := d.Scaled(c.Digits())
	switch {
	case errors.Is(err, ErrFraction) && c.Known():
		i.add(fmt.Sprintf("has more decimals than %s, which has %d", c, c.Digits()), path...)
	case d.Sign() <= 0:
		i.add("must be greater than 0", path...)
	case errors.Is(err, ErrRange) || n > MinorMax:
		i.add("is more than an amount can hold", path...)
	}
	return Money{n, c}
}

// fitsAmount reports whether the lines' total is at most MinorMax. No product or sum overflows: a
// line is at most MinorMax, and there are at most LinesMax of them.
func fitsAmount(lines []Line) bool {
	for _, l := range lines {
		if l.Price.Minor > MinorMax/int64(l.Quantity) {
			return false
		}
	}
	return total(lines).Minor <= MinorMax
}

func (i *issues) name(s string, path ...any) {
	if wrong := wrongName(s); wrong != "" {
		i.add(wrong, path...)
	}
}

func (i *issues) text(s string, limit int, path ...any) {
	if wrong := wrongText(s, limit); wrong != "" {
		i.add(wrong, path...)
	}
}
