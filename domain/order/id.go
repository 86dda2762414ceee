package order

import (
	"encoding/base32"
	"strings"
)

// An ID names one order: "ord_" and 26 characters of a to z and 2 to 7, which are 130 bits.
type ID string

const (
	idPrefix   = "ord_"
	idLength   = 26
	idAlphabet = "abcdefghijklmnopqrstuvwxyz234567"
)

var spelling = base32.NewEncoding(idAlphabet)

// MakeID spells the first 130 of bits, at least 17 bytes that nobody else would choose, as an ID.
func MakeID(bits []byte) ID {
	return ID(idPrefix + spelling.EncodeToString(bits)[:idLength])
}

// Valid reports whether id has the form of an ID. No order has an ID of another form.
func (id ID) Valid() bool {
	rest, ok := strings.CutPrefix(string(id), idPrefix)
	return ok && len(rest) == idLength && strings.Trim(rest, idAlphabet) == ""
}
