package document

import (
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"

	"orders/ports"
)

// Text is the text in a field of a document, empty if that holds none.
func Text(d bson.Raw, field string) string {
	value, _ := lookUp(d, field).StringValueOK()
	return value
}

// lookUp returns a field of a document, or nothing. Unlike the driver's it never panics.
func lookUp(d bson.Raw, field string) bson.RawValue {
	var c cursor
	if !c.open(d) {
		return bson.RawValue{}
	}
	v, _ := c.lookUp(field)
	return bson.RawValue{Type: v.Type, Value: v.Data}
}

// Valid is a text without the bytes that are not UTF-8.
func Valid(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

// VersionsEnd is greater than the version of any order.
const VersionsEnd = 1 << 31

// Version is the version that a document is of, 0 for none: a number is rounded down, as
// comparing it does, and what no order can be at is no version.
func Version(d bson.Raw) int {
	n := Number(lookUp(d, "version"))
	if n >= 1 && n < VersionsEnd { // NaN is neither.
		return int(n)
	}
	return 0
}

// StoredVersion is Version as an expression of the server, but for the rounding.
var StoredVersion = bson.D{{Key: "$cond", Value: bson.A{
	bson.D{{Key: "$and", Value: bson.A{
		bson.D{{Key: "$isNumber", Value: "$version"}},
		bson.D{{Key: "$lt", Value: bson.A{"$version", int64(VersionsEnd)}}},
	}}}, "$version", 0,
}}}

// Number is about v, if that is a number of any type, or else 0.
func Number(v bson.RawValue) float64 {
	if n, is := v.DoubleOK(); is {
		return n
	}
	if d, is := v.Decimal128OK(); is {
		n, _ := strconv.ParseFloat(d.String(), 64)
		return n
	}
	n, _ := v.AsInt64OK()
	return float64(n)
}

// Unreadable is an error that wraps ports.ErrUnreadable and tells why something cannot be read.
func Unreadable(what string, reason error) error {
	return fmt.Errorf("%s: %w: %s", what, ports.ErrUnreadable, reason.Error())
}
