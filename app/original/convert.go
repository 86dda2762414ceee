package original

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// Actor is who did what an order of the original says.
var Actor = ports.Actor{Subject: "import"}

const (
	created   = "CREATED"
	cancelled = "CANCELLED"

	reason = order.Reason("other") // The original knows none.
	note   = "Cancelled in the Node.js original"
)

// A made order is what an order of the original becomes.
type made struct {
	commits []ports.Commit
	key     *ports.ImportedKey // Nil without a key.
	derived order.ID           // Of the order that the key would have made here.
	notes   []ports.Fault      // What is left out of it.
}

// convert makes commits of an order, or says which of its fields cannot be taken over.
func convert(o ports.OriginalOrder, c order.Currency, now time.Time) (made, []ports.Fault) {
	faults := slices.Concat(o.Faults, faultsOf(o, now))
	create := order.Create{UserID: o.UserID, Currency: c}
	for _, i := range o.Items {
		create.Items = append(create.Items, order.Item{
			SKU: i.SKU, Quantity: i.Quantity, Price: i.Price,
		})
	}
	events, err := order.Order{}.Decide(create)
	faults = append(faults, refusals(o, err, faults)...)
	if err == nil && len(o.Faults) == 0 {
		faults = append(faults, wrongTotal(o, order.Replay(events).Total())...)
	}
	if len(faults) > 0 {
		return made{}, faults
	}
	m := made{}
	request, err := command.RequestOf(create)
	if err != nil {
		return m, []ports.Fault{{Field: "items", Why: err.Error()}}
	}
	first := ports.Commit{
		OrderID: order.ID(o.OrderID), Version: 1, At: o.CreatedAt, Events: events, Actor: Actor,
	}
	m.takeKey(o, create, request, &first)
	first.ID = commitID(first, request)
	m.commits = []ports.Commit{first}
	if o.Status == cancelled {
		ended, err := order.Replay(events).Decide(order.Cancel{Reason: reason, Note: note})
		if err != nil {
			return m, []ports.Fault{{Field: "status", Value: o.Status, Why: err.Error()}}
		}
		last := ports.Commit{
			OrderID: first.OrderID, Version: 2, At: o.UpdatedAt, Events: ended, Actor: Actor,
		}
		last.ID = commitID(last, request)
		m.commits = append(m.commits, last)
	}
	return m, nil
}

// takeKey keeps the key of an order, unless no request to this service can have it.
func (m *made) takeKey(
	o ports.OriginalOrder, create order.Create, request string, first *ports.Commit,
) {
	switch {
	case o.Key == "":
	case !command.IsKey(o.Key):
		m.notes = append(m.notes, ports.Fault{
			Field: "idemKey", Value: o.Key,
			Why: "is not 1 to 255 visible ASCII characters, as keys are here: it is left out",
		})
	default:
		first.Key, first.Request = o.Key, request
		m.derived = command.DerivedID(create, o.Key)
		if k, has := first.ImportedKey(); has {
			m.key = &k
		}
	}
}

// withoutKey leaves the key out.
func (m *made) withoutKey(request string) {
	m.key = nil
	m.commits[0].Key, m.commits[0].Request = "", ""
	m.commits[0].ID = commitID(m.commits[0], request)
}

// faultsOf are what is wrong with the fields that no rule of orders is about.
func faultsOf(o ports.OriginalOrder, now time.Time) (faults []ports.Fault) {
	wrong := func(field, value, why string) {
		faults = append(faults, ports.Fault{Field: field, Value: value, Why: why})
	}
	if !order.ID(o.OrderID).IsShort() && !isFaulty(o.Faults, "orderId") {
		wrong("orderId", o.OrderID, "must be ord_ and 10 characters of A-Z, a-z, 0-9, _ and -")
	}
	if o.Status != created && o.Status != cancelled && !isFaulty(o.Faults, "status") {
		wrong("status", o.Status, "must be CREATED or CANCELLED")
	}
	latest := now.Add(24 * time.Hour) // Clocks differ.
	for _, t := range []struct {
		field string
		at    time.Time
	}{{"createdAt", o.CreatedAt}, {"updatedAt", o.UpdatedAt}} {
		switch {
		case isFaulty(o.Faults, t.field):
		case t.at.Before(time.UnixMilli(0)):
			wrong(t.field, spellTime(t.at), "is before 1970")
		case t.at.After(latest):
			wrong(t.field, spellTime(t.at), "is in the future")
		}
	}
	if len(faults)+len(o.Faults) == 0 && o.UpdatedAt.Before(o.CreatedAt) {
		wrong("updatedAt", spellTime(o.UpdatedAt), "is before createdAt")
	}
	return faults
}

func isFaulty(faults []ports.Fault, field string) bool {
	for _, f := range faults {
		if f.Field == field || strings.HasPrefix(field, f.Field+".") {
			return true
		}
	}
	return false
}

// refusals are why the rules of orders refuse it, but for fields of which a fault is known.
func refusals(o ports.OriginalOrder, err error, known []ports.Fault) (faults []ports.Fault) {
	var refusal *order.Error
	if !errors.As(err, &refusal) {
		return nil
	}
	for _, i := range refusal.Issues {
		var names []string
		for _, part := range i.Path {
			names = append(names, fmt.Sprint(part))
		}
		field := strings.Join(names, ".")
		if !isFaulty(known, field) {
			faults = append(faults, ports.Fault{
				Field: field, Value: valueAt(o, i.Path), Why: i.Message,
			})
		}
	}
	return faults
}

// valueAt is the value of a field by its path.
func valueAt(o ports.OriginalOrder, path []any) string {
	if len(path) == 1 && path[0] == "userId" {
		return o.UserID
	}
	if len(path) < 3 {
		return ""
	}
	n, _ := path[1].(int)
	switch i := o.Items[n]; path[2] {
	case "sku":
		return i.SKU
	case "qty":
		return i.Quantity.String()
	default:
		return i.Price.String()
	}
}

// wrongTotal refuses a total that differs from the sum by half a minor unit or more.
func wrongTotal(o ports.OriginalOrder, sum order.Money) []ports.Fault {
	total, ok := new(big.Rat).SetString(o.Total.String())
	want, _ := new(big.Rat).SetString(sum.String())
	if ok {
		half := big.NewRat(1, 2)
		for range sum.Currency.Digits() {
			half.Quo(half, big.NewRat(10, 1))
		}
		off := new(big.Rat).Sub(total, want)
		if off.Abs(off).Cmp(half) < 0 {
			return nil
		}
	}
	return []ports.Fault{{
		Field: "totalAmount", Value: o.Total.String(),
		Why: fmt.Sprintf("is not the sum of the items, %s %s", sum, sum.Currency),
	}}
}

// commitID is the same whenever the same order is taken over again, and another one for another
// order: so a repetition is no conflict with itself.
func commitID(c ports.Commit, request string) string {
	text := fmt.Sprintf("%s %d %d %s %q",
		c.OrderID, c.Version, c.At.UnixMilli(), request, c.Key)
	sum := sha256.Sum256([]byte(text))
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:])[:26]
}

func spellTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
