package document

import (
	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
)

// Currency is a field that names the currency of all amounts behind it, those of nested documents
// included.
func (f *Fields) Currency(name string, c *order.Currency) {
	f.Text(name, (*string)(c))
	f.currency = *c
}

// OptionalCurrency is left out if the document has no amounts. Documents of before, which name the
// currency with each amount, lack it, too.
func (f *Fields) OptionalCurrency(name string, c *order.Currency) {
	f.OptionalText(name, (*string)(c))
	f.currency = *c
}

// Amount is a whole number of minor units of the document's currency, from 0 to order.MinorMax.
// Documents of before have Money in its place, as has an amount of another currency than the rest.
// Such an amount contradicts the others, and cannot be read.
func (f *Fields) Amount(name string, m *order.Money) {
	switch {
	case f.writes && m.Currency == f.currency:
		f.Long(name, &m.Minor)
	case f.writes:
		f.Money(name, m)
	default:
		f.readAmount(name, m, true)
	}
}

// OptionalAmount is left out if there is none.
func (f *Fields) OptionalAmount(name string, m *order.Money) {
	if !f.writes {
		f.readAmount(name, m, false)
	} else if *m != (order.Money{}) {
		f.Amount(name, m)
	}
}

func (f *Fields) readAmount(name string, m *order.Money, needed bool) {
	v, found := f.find(name, needed)
	switch {
	case !found:
		return
	case v.Type == bson.TypeEmbeddedDocument || f.currency == "":
		f.read(name, v, func() { f.money(m) })
	default:
		m.Minor, m.Currency = f.long(name, v), f.currency
		f.checkMinor(m.Minor, name)
	}
	if f.currency == "" {
		f.currency = m.Currency
	}
	f.Check(m.Currency == f.currency && m.Currency.Known(), name)
}

// checkMinor fails unless an order can have an amount of so many minor units.
func (f *Fields) checkMinor(minor int64, name string) {
	f.Check(0 <= minor && minor <= order.MinorMax, name)
}
