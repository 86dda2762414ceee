package mongoose

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

// valueMax is how much of a value a fault shows, in bytes.
const valueMax = 120

// A decoder reads the fields of one order, and collects what is wrong with them.
type decoder struct{ faults []ports.Fault }

// decode reads an order, also what can be read of a damaged one.
func decode(d bson.Raw) ports.OriginalOrder {
	var r decoder
	if d.Validate() != nil {
		r.wrong("_id", d.Lookup("_id"), "names a document that is damaged")
		return ports.OriginalOrder{Faults: r.faults}
	}
	o := ports.OriginalOrder{
		Document:  document.Key(d.Lookup("_id")),
		OrderID:   r.text(d, "orderId", "orderId"),
		UserID:    r.text(d, "userId", "userId"),
		Status:    r.text(d, "status", "status"),
		Key:       r.optionalText(d, "idemKey"),
		Items:     r.items(d),
		Total:     r.number(d, "totalAmount", "totalAmount"),
		CreatedAt: r.time(d, "createdAt"),
		UpdatedAt: r.time(d, "updatedAt"),
	}
	o.Faults = r.faults
	return o
}

func (r *decoder) wrong(field string, v bson.RawValue, why string) {
	shown := "missing"
	if v.Type != 0 {
		shown = v.String()
	}
	r.faults = append(r.faults, ports.Fault{
		Field: field, Value: document.Valid(shown[:min(len(shown), valueMax)]), Why: why,
	})
}

func (r *decoder) text(in bson.Raw, name, field string) string {
	v := in.Lookup(name)
	text, is := v.StringValueOK()
	if !is {
		r.wrong(field, v, "must be a text")
	}
	return text
}

// optionalText is empty where there is none, or null.
func (r *decoder) optionalText(in bson.Raw, name string) string {
	switch v := in.Lookup(name); v.Type {
	case 0, bson.TypeNull, bson.TypeUndefined:
		return ""
	default:
		return r.text(in, name, name)
	}
}

// items stops after one more than an order may have, which refuses it.
func (r *decoder) items(d bson.Raw) (items []ports.OriginalItem) {
	list, is := d.Lookup("items").ArrayOK()
	if !is {
		r.wrong("items", d.Lookup("items"), "must be a list")
		return nil
	}
	elements, _ := list.Elements()
	for n, e := range elements[:min(len(elements), order.LinesMax+1)] {
		field := fmt.Sprintf("items.%d", n)
		item, is := e.Value().DocumentOK()
		if !is {
			r.wrong(field, e.Value(), "must be an object")
			items = append(items, ports.OriginalItem{})
			continue
		}
		items = append(items, ports.OriginalItem{
			SKU:      r.text(item, "sku", field+".sku"),
			Quantity: r.number(item, "qty", field+".qty"),
			Price:    r.number(item, "price", field+".price"),
		})
	}
	return items
}

// number is the shortest decimal that gives the double, or what any other number is.
func (r *decoder) number(in bson.Raw, name, field string) order.Decimal {
	v := in.Lookup(name)
	text := ""
	switch v.Type {
	case bson.TypeDouble:
		if f := v.Double(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			text = strconv.FormatFloat(f, 'g', -1, 64)
		}
	case bson.TypeInt32, bson.TypeInt64:
		text = strconv.FormatInt(v.AsInt64(), 10)
	case bson.TypeDecimal128:
		text = v.Decimal128().String()
	default:
	}
	d, err := order.ParseDecimal(text)
	if err != nil {
		r.wrong(field, v, "must be a number")
	}
	return d
}

func (r *decoder) time(in bson.Raw, name string) time.Time {
	v := in.Lookup(name)
	at, is := v.TimeOK()
	if !is {
		r.wrong(name, v, "must be a time")
	}
	return at.UTC()
}
