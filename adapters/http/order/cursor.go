package order

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"strings"
	"time"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const (
	cursorMessage     = "must be the nextCursor of an answer"
	cursorSortMessage = "must be the nextCursor of a list with the same sort"
)

// A cursor is base64url of a place in a list: 48 bits of milliseconds since 1970, the 130 bits of
// an ID, and 6 bits that say how the list is sorted. Those of the default are 0, as they were
// before there was another sort; those that no sort has are left for other forms of cursors. Where
// the ID is short, it is shorter: the time, the 10 characters of the ID, which are base64url, and
// one for the sort. Every text that cursorPattern allows is a cursor.
const (
	cursorBytes   = 6 + order.IDBytes
	cursorPattern = `^([A-Za-z0-9_-]{29}[AEIMQUYcgkosw048][AEIM]|[A-Za-z0-9_-]{18}[A-D])$`

	timeChars   = 8 // Of the 48 bits.
	shortCursor = timeChars + 10 + 1
)

func cursorOf(s ports.Sort, p ports.Place) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.At.UnixMilli()))[2:]
	if p.ID.IsShort() {
		return base64.RawURLEncoding.EncodeToString(b) +
			strings.TrimPrefix(string(p.ID), order.IDPrefix) + string(rune('A'+numberOf(s)))
	}
	b = append(b, p.ID.Bits()...)
	b[cursorBytes-1] |= numberOf(s)
	return base64.RawURLEncoding.EncodeToString(b)
}

// placeAt reads a cursor. Each place in each list has only one.
func placeAt(cursor string) (s ports.Sort, p ports.Place, ok bool) {
	if len(cursor) == shortCursor {
		s, p, ok = shortPlaceAt(cursor)
	} else {
		s, p, ok = longPlaceAt(cursor)
	}
	return s, p, ok && cursorOf(s, p) == cursor
}

func shortPlaceAt(cursor string) (s ports.Sort, p ports.Place, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor[:timeChars])
	id := order.ID(order.IDPrefix + cursor[timeChars:shortCursor-1])
	sort := int(cursor[shortCursor-1]) - 'A'
	if err != nil || !id.IsShort() || sort < 0 || sort >= len(sorts) {
		return s, p, false
	}
	return sorts[sort].sort, ports.Place{At: timeIn(b), ID: id}, true
}

func longPlaceAt(cursor string) (s ports.Sort, p ports.Place, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) != cursorBytes {
		return s, p, false
	}
	sort := b[cursorBytes-1] & sortBits
	if int(sort) >= len(sorts) {
		return s, p, false
	}
	b[cursorBytes-1] &^= sortBits
	return sorts[sort].sort, ports.Place{At: timeIn(b), ID: order.MakeID(b[6:])}, true
}

// timeIn is the time in the first 48 bits of a cursor.
func timeIn(b []byte) time.Time {
	ms := binary.BigEndian.Uint64(append([]byte{0, 0}, b[:6]...))
	return time.UnixMilli(int64(ms)).UTC()
}

// sortBits are those of a cursor's last byte that the ID leaves free.
const sortBits = 1<<6 - 1

var exampleCursor = cursorOf(ports.Sort{}, ports.Place{
	At: time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC), ID: wire.ExampleID,
})

// nextLink is the header Link of a page that is not the last.
func nextLink(path string, query url.Values, cursor string) string {
	query.Set("cursor", cursor)
	return "<" + path + "?" + query.Encode() + `>; rel="next"`
}
