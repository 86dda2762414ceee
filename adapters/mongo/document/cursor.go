package document

import (
	"bytes"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsontype"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"
)

// A cursor is a place in a document. The reader expects each field right there, in the order in
// which they were written, and looks through the document only if it finds another one.
type cursor struct {
	bytes   []byte // What was written; or the fields of the document that is read.
	at      int    // Where the next field is.
	skipped bool   // Whether there are fields before it that were not asked for.
	seen    bool   // Whether names is known, and all fields are well-formed.
	names   uint64 // A bit for each name, which some share.
}

// open begins to read a document.
func (c *cursor) open(raw []byte) bool {
	const least = 5 // A length, and the byte that ends it.
	length, rest, ok := bsoncore.ReadLength(raw)
	if !ok || len(raw) < least || int(length) != len(raw) || raw[len(raw)-1] != 0 {
		return false
	}
	*c = cursor{bytes: rest[:len(rest)-1]}
	return true
}

// lookUp returns the value of a field: the next one, if that has the name, or else the first one
// behind it, or before it.
func (c *cursor) lookUp(name string) (bsoncore.Value, bool) {
	fields := c.bytes[c.at:]
	if !isNext(fields, name) {
		return c.search(name)
	}
	v, rest, ok := readValue(fields[0], fields[len(name)+2:])
	if ok {
		c.at = len(c.bytes) - len(rest)
	}
	return v, ok
}

// isNext reports whether fields begin with that of a name. Before the name is its type, and
// after it a byte of zero.
func isNext(fields []byte, name string) bool {
	end := 1 + len(name)
	return len(fields) > end && fields[end] == 0 && string(fields[1:end]) == name
}

// search looks for a field that is not next: behind the others first, and else before them.
func (c *cursor) search(name string) (v bsoncore.Value, found bool) {
	if !c.isWhole() || c.names&bit(name) == 0 {
		return v, false
	}
	if v, end, found := c.scan(c.at, len(c.bytes), name); found {
		c.at, c.skipped = end, true
		return v, true
	}
	if c.skipped {
		v, _, found = c.scan(0, c.at, name)
	}
	return v, found
}

// scan looks for a field in a part of a document. The next field begins at end.
func (c *cursor) scan(from, to int, name string) (v bsoncore.Value, end int, found bool) {
	for fields := c.bytes[from:to]; len(fields) > 0; {
		key, value, rest, ok := readField(fields)
		if !ok {
			break
		}
		if string(key) == name {
			return value, to - len(rest), true
		}
		fields = rest
	}
	return v, to, false
}

// isWhole reports whether all fields are well-formed, and notes the names of those to come. Before
// that, none is skipped.
func (c *cursor) isWhole() bool {
	if c.seen {
		return true
	}
	for fields := c.bytes[c.at:]; len(fields) > 0; {
		key, _, rest, ok := readField(fields)
		if !ok {
			return false
		}
		c.names |= bit(string(key))
		fields = rest
	}
	c.seen = true
	return true
}

// bit is one of 64 for a name, so that most fields that are not there are not looked for.
func bit(name string) uint64 {
	if name == "" {
		return 1
	}
	return 1 << ((uint(name[0]) + 7*uint(name[len(name)-1]) + uint(len(name))) % 64)
}

// readField reads the first of some fields.
func readField(fields []byte) (name []byte, v bsoncore.Value, rest []byte, ok bool) {
	end := bytes.IndexByte(fields, 0)
	if end < 1 {
		return nil, v, fields, false
	}
	v, rest, ok = readValue(fields[0], fields[end+1:])
	return fields[1:end], v, rest, ok
}

// readValue reads a value of a type.
func readValue(kind byte, data []byte) (v bsoncore.Value, rest []byte, ok bool) {
	switch kind {
	case byte(bson.TypeString), byte(bson.TypeJavaScript), byte(bson.TypeSymbol),
		byte(bson.TypeBinary), byte(bson.TypeDBPointer):
		// The driver adds to the length before it compares it, and panics if that overflows.
		if length, _, ok := bsoncore.ReadLength(data); !ok || int(length) > len(data) {
			return v, data, false
		}
	}
	return bsoncore.ReadValue(data, bsontype.Type(kind))
}
