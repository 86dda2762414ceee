package mongo

import (
	"errors"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"

	"orders/domain/order"
)

// What is written and read most often is written and read by hand: the driver's reflection took
// a tenth of the processor time of the service, and more than a third of a list's.

// A writer makes a document, field by field in the order in which they are stored.
type writer struct{ bytes []byte }

// write makes a document of about so many bytes.
func write(size int, fill func(*writer)) bson.Raw {
	w := &writer{make([]byte, 0, size)}
	w.fill(func() { fill(w) })
	return w.bytes
}

func (w *writer) fill(fill func()) {
	at, bytes := bsoncore.AppendDocumentStart(w.bytes)
	w.bytes = bytes
	fill()
	w.bytes, _ = bsoncore.AppendDocumentEnd(w.bytes, at) // It was begun here.
}

func (w *writer) text(name, value string) {
	w.bytes = bsoncore.AppendStringElement(w.bytes, name, value)
}

// some writes a text unless it is empty.
func (w *writer) some(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

// whole writes an integer in as few bytes as it needs, as the driver does with an int.
func (w *writer) whole(name string, n int) {
	if n < math.MinInt32 || n > math.MaxInt32 {
		w.long(name, int64(n))
		return
	}
	w.bytes = bsoncore.AppendInt32Element(w.bytes, name, int32(n))
}

func (w *writer) long(name string, n int64) {
	w.bytes = bsoncore.AppendInt64Element(w.bytes, name, n)
}

func (w *writer) time(name string, t time.Time) {
	w.bytes = bsoncore.AppendDateTimeElement(w.bytes, name, int64(primitive.NewDateTimeFromTime(t)))
}

// yes writes a flag that is set.
func (w *writer) yes(name string, set bool) {
	if set {
		w.bytes = bsoncore.AppendBooleanElement(w.bytes, name, true)
	}
}

func (w *writer) money(name string, m order.Money) {
	w.document(name, func() {
		w.long("minor", m.Minor)
		w.text("currency", string(m.Currency))
	})
}

func (w *writer) raw(name string, document bson.Raw) {
	w.bytes = bsoncore.AppendDocumentElement(w.bytes, name, bsoncore.Document(document))
}

func (w *writer) document(name string, fill func()) {
	w.bytes = bsoncore.AppendHeader(w.bytes, bson.TypeEmbeddedDocument, name)
	w.fill(fill)
}

// writeList writes a list of documents.
func writeList[T any](w *writer, name string, all []T, fill func(*writer, T)) {
	w.bytes = bsoncore.AppendHeader(w.bytes, bson.TypeArray, name)
	w.fill(func() {
		for i, one := range all {
			w.document(strconv.Itoa(i), func() { fill(w, one) })
		}
	})
}

// A reader reads documents, and remembers whether anything was not what it should be. What is
// null counts as missing, and a number that people or tools stored may be of any type.
type reader struct{ err error }

var errOtherType = errors.New("a field is of another type than it should be, or not UTF-8")

// A field is one that was read. It is valid for as long as what it was read from.
type field = bsoncore.Value

// each hands over all fields of a document.
func (r *reader) each(document []byte, read func(name []byte, f field)) {
	length, rest, ok := bsoncore.ReadLength(document)
	for ok = ok && int(length) == len(document); ok && len(rest) > 1; {
		var e bsoncore.Element
		if e, rest, ok = bsoncore.ReadElement(rest); ok {
			read(e.KeyBytes(), e.Value())
		}
	}
	r.want(ok && len(rest) == 1) // The end of a document is a byte of its own.
}

func (r *reader) want(is bool) {
	if !is && r.err == nil {
		r.err = errOtherType
	}
}

func (r *reader) text(f field) string {
	value, is := f.StringValueOK()
	r.want(is && utf8.ValidString(value) || f.Type == bson.TypeNull)
	return value
}

func (r *reader) whole(f field) int { return int(r.long(f)) }

func (r *reader) long(f field) int64 {
	if f.Type == bson.TypeNull {
		return 0
	}
	if value, is := f.DoubleOK(); is {
		r.want(value == math.Trunc(value) && math.Abs(value) < 1<<53)
		return int64(value)
	}
	value, is := f.AsInt64OK()
	r.want(is)
	return value
}

func (r *reader) time(f field) time.Time {
	value, is := f.DateTimeOK()
	r.want(is)
	return primitive.DateTime(value).Time().UTC()
}

func (r *reader) yes(f field) bool {
	value, is := f.BooleanOK()
	r.want(is || f.Type == bson.TypeNull)
	return value
}

func (r *reader) document(f field) []byte {
	value, is := f.DocumentOK()
	r.want(is)
	return value
}

func (r *reader) money(f field) (m order.Money) {
	r.each(r.document(f), func(name []byte, f field) {
		switch string(name) {
		case "minor":
			m.Minor = r.long(f)
		case "currency":
			m.Currency = order.Currency(r.text(f))
		}
	})
	return m
}

// readList reads a list of documents. Of none it makes nil, as an order has that nothing
// happened to.
func readList[T any](r *reader, f field, read func(*reader, []byte) T) (all []T) {
	if f.Type == bson.TypeNull {
		return nil
	}
	list, is := f.ArrayOK()
	r.want(is)
	r.each(list, func(_ []byte, f field) { all = append(all, read(r, r.document(f))) })
	return all
}
