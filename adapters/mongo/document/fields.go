package document

import (
	"errors"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"

	"orders/domain/order"
)

// Fields writes a document, or reads one. It stops at the first error.
type Fields struct {
	cursor
	writes bool
	err    error
	where  string // The field that err is about.

	currency order.Currency // That of all amounts, once it is named.
}

// What may be wrong with a field.
var (
	errMissing     = errors.New("it is missing")
	errEmpty       = errors.New("it is empty")
	errNoText      = errors.New("it is no text, or not UTF-8")
	errNoNumber    = errors.New("it is no whole number")
	errNoTime      = errors.New("it is no time")
	errNoFlag      = errors.New("it is neither true nor false")
	errNoList      = errors.New("it is no list")
	errNoDocument  = errors.New("it is no document")
	errNotWhole    = errors.New("it is not well-formed")
	errContradicts = errors.New("it contradicts the rest")
)

// New makes Fields that write a document of about so many bytes.
func New(size int) *Fields {
	f := &Fields{writes: true}
	_, f.bytes = bsoncore.AppendDocumentStart(make([]byte, 0, size))
	return f
}

// Open makes Fields that read a document. They never change it, and keep nothing of it.
func Open(raw bson.Raw) *Fields {
	f := &Fields{}
	if !f.open(raw) {
		f.err = errNotWhole
	}
	return f
}

// Close ends a document and returns it if it was written. The error says what is wrong where.
func (f *Fields) Close() (bson.Raw, error) {
	switch {
	case f.err != nil:
	case f.writes:
		f.bytes, f.err = bsoncore.AppendDocumentEnd(f.bytes, 0)
		return f.bytes, f.err
	case !f.isWhole():
		f.err = errNotWhole
	}
	if f.where != "" {
		return nil, fmt.Errorf("%s: %w", f.where, f.err)
	}
	return nil, f.err
}

// Writes reports whether the document is written. A field function asks if a field follows from
// others, so that it is never read; or to take apart what is stored in another shape.
func (f *Fields) Writes() bool { return f.writes }

// Fail ends reading or writing with an error, unless there was one before.
func (f *Fields) Fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// Check fails if what was read in a field, or in them all, cannot be.
func (f *Fields) Check(ok bool, name string) {
	if !f.writes {
		f.require(ok, name, errContradicts)
	}
}

// require fails if a field is not what it should be.
func (f *Fields) require(is bool, name string, otherwise error) {
	if !is && f.err == nil {
		f.err, f.where = otherwise, name
	}
}

// inside tells where in a document an error is.
func (f *Fields) inside(name string) {
	switch {
	case f.err == nil:
	case f.where == "":
		f.where = name
	default:
		f.where = name + "." + f.where
	}
}

// find looks for a field. Without one it fails if the field is needed.
func (f *Fields) find(name string, needed bool) (v bsoncore.Value, found bool) {
	if f.err != nil {
		return v, false
	}
	v, found = f.lookUp(name)
	found = found && v.Type != bson.TypeNull
	f.require(found || !needed, name, errMissing)
	return v, found
}

// header begins a field. Its name is one of the program's, or the number of an element.
func (f *Fields) header(kind bsontype.Type, name string) {
	f.bytes = append(append(append(f.bytes, byte(kind)), name...), 0)
}

// Text is a field that holds a text, which is never empty.
func (f *Fields) Text(name string, text *string) {
	if f.writes {
		f.header(bson.TypeString, name)
		f.bytes = bsoncore.AppendString(f.bytes, *text)
		return
	}
	f.readText(name, text, true)
	f.require(*text != "", name, errEmpty)
}

// OptionalText is left out if it is empty.
func (f *Fields) OptionalText(name string, text *string) {
	if !f.writes {
		f.readText(name, text, false)
	} else if *text != "" {
		f.header(bson.TypeString, name)
		f.bytes = bsoncore.AppendString(f.bytes, *text)
	}
}

func (f *Fields) readText(name string, text *string, needed bool) {
	if v, found := f.find(name, needed); found {
		value, is := v.StringValueOK()
		f.require(is && utf8.ValidString(value), name, errNoText)
		*text = value
	}
}

// Whole is an integer, written in as few bytes as it needs, as the driver does with an int.
func (f *Fields) Whole(name string, n *int) {
	switch {
	case !f.writes:
		*n = int(f.readLong(name))
	case *n < math.MinInt32 || *n > math.MaxInt32:
		f.header(bson.TypeInt64, name)
		f.bytes = bsoncore.AppendInt64(f.bytes, int64(*n))
	default:
		f.header(bson.TypeInt32, name)
		f.bytes = bsoncore.AppendInt32(f.bytes, int32(*n))
	}
}

// Long is an integer of eight bytes.
func (f *Fields) Long(name string, n *int64) {
	if f.writes {
		f.header(bson.TypeInt64, name)
		f.bytes = bsoncore.AppendInt64(f.bytes, *n)
		return
	}
	*n = f.readLong(name)
}

// readLong takes an integer of any type, as people and tools may have stored another one.
func (f *Fields) readLong(name string) int64 {
	v, found := f.find(name, true)
	if !found {
		return 0
	}
	return f.long(name, v)
}

// long is the integer that a field holds.
func (f *Fields) long(name string, v bsoncore.Value) int64 {
	if n, is := v.DoubleOK(); is {
		f.require(n == math.Trunc(n) && math.Abs(n) < 1<<53, name, errNoNumber)
		return int64(n)
	}
	n, is := v.AsInt64OK()
	f.require(is, name, errNoNumber)
	return n
}

// Time is a time of milliseconds, in UTC.
func (f *Fields) Time(name string, t *time.Time) {
	if f.writes {
		at := int64(primitive.NewDateTimeFromTime(*t))
		f.header(bson.TypeDateTime, name)
		f.bytes = bsoncore.AppendDateTime(f.bytes, at)
		return
	}
	if v, found := f.find(name, true); found {
		at, is := v.DateTimeOK()
		f.require(is, name, errNoTime)
		*t = primitive.DateTime(at).Time().UTC()
	}
}

// Flag is true or false.
func (f *Fields) Flag(name string, set *bool) {
	if f.writes {
		f.header(bson.TypeBoolean, name)
		f.bytes = bsoncore.AppendBoolean(f.bytes, *set)
		return
	}
	f.readFlag(name, set, true)
}

// OptionalFlag is left out if it is not set.
func (f *Fields) OptionalFlag(name string, set *bool) {
	if !f.writes {
		f.readFlag(name, set, false)
	} else if *set {
		f.header(bson.TypeBoolean, name)
		f.bytes = bsoncore.AppendBoolean(f.bytes, true)
	}
}

func (f *Fields) readFlag(name string, set *bool, needed bool) {
	if v, found := f.find(name, needed); found {
		value, is := v.BooleanOK()
		f.require(is, name, errNoFlag)
		*set = value
	}
}
