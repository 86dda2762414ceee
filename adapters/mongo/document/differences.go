package document

import (
	"strconv"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/ports"
)

// absent spells a field that is not there.
const absent = "-"

// Differences compares what is stored with what should be, field by field, down to those that
// hold no others. The order of fields does not count, nor how many bytes an integer takes.
func Differences(is, shouldBe bson.Raw) (found []ports.Difference) {
	compare("", Elements(is), Elements(shouldBe), func(d ports.Difference) {
		found = append(found, d)
	})
	return found
}

// Elements are the fields of a document, none if it is damaged.
func Elements(d bson.Raw) []bson.RawElement {
	elements, _ := d.Elements() // What the server stores is well-formed.
	return elements
}

// compare looks at the fields of a in their order, and then at those that only b has.
func compare(above string, a, b []bson.RawElement, tell func(ports.Difference)) {
	others := make(map[string]bson.RawValue, len(b))
	for _, e := range b {
		others[e.Key()] = e.Value()
	}
	for _, e := range a {
		compareField(above+e.Key(), e.Value(), others[e.Key()], tell)
		delete(others, e.Key())
	}
	for _, e := range b {
		if other, only := others[e.Key()]; only {
			compareField(above+e.Key(), bson.RawValue{}, other, tell)
		}
	}
}

func compareField(name string, a, b bson.RawValue, tell func(ports.Difference)) {
	inA, holdsA := inside(a)
	inB, holdsB := inside(b)
	switch {
	case holdsA && (holdsB && a.Type == b.Type || isAbsent(b)) && len(inA)+len(inB) > 0,
		holdsB && isAbsent(a) && len(inB) > 0:
		compare(name+".", inA, inB, tell)
	case !isEqual(a, b):
		is, shouldBe := spell(a), spell(b)
		if is == shouldBe { // Of other types.
			is, shouldBe = a.String(), b.String()
		}
		tell(ports.Difference{Field: name, Is: is, ShouldBe: shouldBe})
	}
}

func isAbsent(v bson.RawValue) bool { return v.Type == 0 }

// inside returns the fields of a document or an array.
func inside(v bson.RawValue) (fields []bson.RawElement, holds bool) {
	document, holds := v.DocumentOK()
	if !holds {
		document, holds = v.ArrayOK()
	}
	return Elements(document), holds
}

func isEqual(a, b bson.RawValue) bool {
	n, isInteger := integer(a)
	m, isToo := integer(b)
	if isInteger && isToo {
		return n == m
	}
	return isAbsent(a) == isAbsent(b) && a.Equal(b)
}

func integer(v bson.RawValue) (int64, bool) {
	if n, ok := v.Int32OK(); ok {
		return int64(n), true
	}
	return v.Int64OK()
}

// Key spells the _id of a document, however it is stored, in at most 200 bytes of UTF-8.
func Key(id bson.RawValue) string {
	const longest = 200
	text := spell(id)
	if object, is := id.ObjectIDOK(); is {
		text = "ObjectId(" + object.Hex() + ")"
	}
	return Valid(text[:min(len(text), longest)])
}

// spell writes a value as a person would, and what people do not write as MongoDB does.
func spell(v bson.RawValue) string {
	if isAbsent(v) {
		return absent
	}
	if n, ok := integer(v); ok {
		return strconv.FormatInt(n, 10)
	}
	if s, ok := v.StringValueOK(); ok {
		return s
	}
	if at, ok := v.TimeOK(); ok {
		return at.UTC().Format(time.RFC3339Nano)
	}
	if b, ok := v.BooleanOK(); ok {
		return strconv.FormatBool(b)
	}
	return v.String()
}
