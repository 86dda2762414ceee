package mongo

import (
	"cmp"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
)

// createdForm is schema 2 of OrderCreated. By hand, for it is most of what is ever stored.
var createdForm = eventForm{
	event: order.Created{}, name: order.Created{}.Type(), schema: 2,
	encode: func(e order.Event) (bson.Raw, error) {
		created, _ := e.(order.Created) // Its type was told by its name.
		return encodeCreated(created), nil
	},
	decode: decodeCreated,
}

// createdSize is about what a small order takes.
const createdSize = 512

// encodeCreated names the currency once: all lines are of one.
func encodeCreated(e order.Created) bson.Raw {
	return write(createdSize, func(w *writer) {
		var currency order.Currency
		for _, l := range e.Lines {
			currency = l.Price.Currency
		}
		w.text("userId", e.UserID)
		w.text("currency", string(currency))
		writeList(w, "lines", e.Lines, func(w *writer, l order.Line) {
			w.text("sku", l.SKU)
			w.whole("quantity", l.Quantity)
			w.long("price", l.Price.Minor)
		})
	})
}

func decodeCreated(raw bson.Raw) (order.Event, error) {
	var e order.Created
	var currency order.Currency
	r := &reader{}
	r.each(raw, func(name []byte, f field) {
		switch string(name) {
		case "userId":
			e.UserID = r.text(f)
		case "currency":
			currency = order.Currency(r.text(f))
		case "lines":
			e.Lines = readList(r, f, readPriced)
		}
	})
	for i := range e.Lines {
		e.Lines[i].Price.Currency = currency
	}
	whole := e.UserID != "" && currency != "" && len(e.Lines) > 0
	return e, cmp.Or(r.err, required(whole))
}

// readPriced reads a line that does not name its currency.
func readPriced(r *reader, d []byte) (l order.Line) {
	r.each(d, func(name []byte, f field) {
		switch string(name) {
		case "sku":
			l.SKU = r.text(f)
		case "quantity":
			l.Quantity = r.whole(f)
		case "price":
			l.Price.Minor = r.long(f)
		}
	})
	return l
}
