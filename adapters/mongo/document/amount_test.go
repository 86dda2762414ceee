package document_test

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
)

// A priced document has an amount of its own, one that is nested, and one that may be missing.
type priced struct {
	currency          order.Currency
	total, part, held order.Money
}

func pricedFields(f *document.Fields, p *priced) {
	f.OptionalCurrency("currency", &p.currency)
	f.Document("inside", func() { f.Amount("part", &p.part) })
	f.OptionalAmount("held", &p.held)
	f.Amount("total", &p.total)
}

func usd(n int64) order.Money { return order.Money{Minor: n, Currency: "USD"} }

// money is an amount that names its currency.
func money(currency string, n int) bson.D {
	return bson.D{{Key: "minor", Value: int64(n)}, {Key: "currency", Value: currency}}
}

var pricedForms = map[string]struct {
	is     priced
	stored bson.D
}{
	"a document names its currency once": {
		priced{"USD", usd(3), usd(1), usd(2)}, bson.D{
			{Key: "currency", Value: "USD"},
			{Key: "inside", Value: bson.D{{Key: "part", Value: int64(1)}}},
			{Key: "held", Value: int64(2)}, {Key: "total", Value: int64(3)},
		},
	},
	"an amount that is not there is left out": {
		priced{"USD", usd(3), usd(1), order.Money{}}, bson.D{
			{Key: "currency", Value: "USD"},
			{Key: "inside", Value: bson.D{{Key: "part", Value: int64(1)}}},
			{Key: "total", Value: int64(3)},
		},
	},
	"before, each amount named its currency": {
		priced{"", usd(3), usd(1), usd(2)}, bson.D{
			{Key: "inside", Value: bson.D{{Key: "part", Value: money("USD", 1)}}},
			{Key: "held", Value: money("USD", 2)}, {Key: "total", Value: money("USD", 3)},
		},
	},
}

func TestAmounts(t *testing.T) {
	for name, c := range pricedForms {
		t.Run(name, func(t *testing.T) {
			want := marshal(t, c.stored)
			read, f := priced{}, document.Open(want)
			pricedFields(f, &read)
			if _, err := f.Close(); err != nil || read != c.is {
				t.Errorf("%s is read as %+v, %v; want %+v", want, read, err, c.is)
			}
			f = document.New(0)
			pricedFields(f, &c.is)
			if got, err := f.Close(); err != nil || string(got) != string(want) {
				t.Errorf("%+v is written as %s, %v; want %s", c.is, got, err, want)
			}
		})
	}
}

// An amount that no order can have would make wrong sums.
func TestWrongAmountsCannotBeRead(t *testing.T) {
	const most = order.MinorMax
	for name, c := range map[string]struct {
		currency any
		held     any
		where    string
	}{
		"a negative one":        {"USD", int64(-1), "held"},
		"one too large":         {"USD", int64(most + 1), "held"},
		"a negative one before": {nil, money("USD", -1), "held.minor"},
		"a fraction":            {"USD", 0.5, "held"},
		"another currency":      {"USD", money("EUR", 1), "held"},
		"another one before":    {nil, money("EUR", 1), "held"},
		"no currency there is":  {"ABC", int64(1), "inside.part"},
	} {
		f := document.Open(marshal(t, bson.D{
			{Key: "currency", Value: c.currency},
			{Key: "inside", Value: bson.D{{Key: "part", Value: pricedIn(c.currency, 1)}}},
			{Key: "held", Value: c.held}, {Key: "total", Value: pricedIn(c.currency, 3)},
		}))
		pricedFields(f, new(priced))
		if _, err := f.Close(); err == nil || !strings.HasPrefix(err.Error(), c.where+": ") {
			t.Errorf("%s: %v, want an error about %s", name, err, c.where)
		}
	}
}

// pricedIn is an amount as a document stores it that names a currency, or none.
func pricedIn(currency any, n int) any {
	if currency == nil {
		return money("USD", n)
	}
	return int64(n)
}
