package order

import (
	"encoding/base32"
	"encoding/binary"
	"strings"
)

// An ID names one order. A new one is "ord_" and 26 characters of a to z and 2 to 7, which are 130
// bits. An order that another program made before may have a short one: "ord_" and 10 characters of
// A to Z, a to z, 0 to 9, "_" and "-". IDs that differ in case are of different orders.
type ID string

const (
	// IDPrefix is what every ID begins with.
	IDPrefix = "ord_"
	// IDPattern is the regular expression that all valid IDs match, and nothing else.
	IDPattern = "^" + IDPrefix + "([a-z2-7]{26}|[A-Za-z0-9_-]{10})$"
	// IDBytes is how many bytes the bits of a new ID take.
	IDBytes = 17

	idLength   = 26
	idAlphabet = "abcdefghijklmnopqrstuvwxyz234567"

	shortLength   = 10
	shortAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
)

var spelling = base32.NewEncoding(idAlphabet).WithPadding(base32.NoPadding)

// MakeID spells the first 130 of bits as an ID. The caller gives at least IDBytes, which are random
// or a hash, so that no other order gets the same ID.
func MakeID(bits []byte) ID {
	return ID(IDPrefix + spelling.EncodeToString(bits)[:idLength])
}

// Bits returns the bits that MakeID spells as id, which must be valid and not short: IDBytes, of
// which the last 6 bits are 0.
func (id ID) Bits() []byte {
	const zero = "aa" // Completes the last byte.
	bits, _ := spelling.DecodeString(strings.TrimPrefix(string(id), IDPrefix) + zero)
	return bits
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
	rest, ok := strings.CutPrefix(string(id), IDPrefix)
	return ok && len(rest) == idLength && strings.Trim(rest, idAlphabet) == "" || id.IsShort()
}

// IsShort reports whether id is valid and short.
func (id ID) IsShort() bool {
	rest, ok := strings.CutPrefix(string(id), IDPrefix)
	return ok && len(rest) == shortLength && strings.Trim(rest, shortAlphabet) == ""
}
