package mongo

import (
	"cmp"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
)

// Both events that list lines are written by hand, for they are most of what is ever stored.

// linesSize is about what a small order takes.
const linesSize = 512

func encodeCreated(e order.Created) bson.Raw {
	return write(linesSize, func(w *writer) {
		w.text("userId", e.UserID)
		writePriced(w, e.Lines)
	})
}

func decodeCreated(raw bson.Raw) (order.Created, error) {
	userID, lines, err := decodePriced(raw)
	return order.Created{UserID: userID, Lines: lines}, cmp.Or(err, required(userID != ""))
}

func encodeChanged(e order.ItemsChanged) bson.Raw {
	return write(linesSize, func(w *writer) { writePriced(w, e.Lines) })
}

func decodeChanged(raw bson.Raw) (order.ItemsChanged, error) {
	_, lines, err := decodePriced(raw)
	return order.ItemsChanged{Lines: lines}, err
}

// writePriced names the currency once: all lines are of one.
func writePriced(w *writer, lines []order.Line) {
	var currency order.Currency
	for _, l := range lines {
		currency = l.Price.Currency
	}
	w.text("currency", string(currency))
	writeList(w, "lines", lines, func(w *writer, l order.Line) {
		w.text("sku", l.SKU)
		w.whole("quantity", l.Quantity)
		w.long("price", l.Price.Minor)
	})
}

// decodePriced reads lines, and whose they are if that is told.
func decodePriced(raw bson.Raw) (userID string, lines []order.Line, err error) {
	var currency order.Currency
	r := &reader{}
	r.each(raw, func(name []byte, f field) {
		switch string(name) {
		case "userId":
			userID = r.text(f)
		case "currency":
			currency = order.Currency(r.text(f))
		case "lines":
			lines = readList(r, f, readPriced)
		}
	})
	for i := range lines {
		lines[i].Price.Currency = currency
	}
	return userID, lines, cmp.Or(r.err, required(currency != "" && len(lines) > 0))
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
