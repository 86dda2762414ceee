package order

import (
	"encoding/base32"
	"encoding/binary"
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

// MakeIDAt makes an ID that begins with a time, as 48 bits of milliseconds since 1970, and goes on
// with bits, at least 11 bytes. IDs of about the same time are mostly neighbours when sorted.
func MakeIDAt(millis int64, bits []byte) ID {
	const timeBytes = 6
	at := binary.BigEndian.AppendUint64(nil, uint64(millis))
	return MakeID(append(at[len(at)-timeBytes:], bits...))
}

// Valid reports whether id has the form of an ID. No order has an ID of another form.
func (id ID) Valid() bool {
	rest, ok := strings.CutPrefix(string(id), idPrefix)
	return ok && len(rest) == idLength && strings.Trim(rest, idAlphabet) == ""
}
