package order

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"time"

	"orders/adapters/http/wire"
	"orders/domain/order"
	"orders/ports"
)

const cursorMessage = "must be the nextCursor of an answer"

// A cursor is base64url of a place in the list: 48 bits of milliseconds since 1970 and the 130 bits
// of an ID. Every text that cursorPattern allows is a cursor.
const (
	cursorBytes   = 6 + order.IDBytes
	cursorPattern = `^[A-Za-z0-9_-]{29}[AEIMQUYcgkosw048]A$`
)

func cursorOf(p ports.Place) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.CreatedAt.UnixMilli()))[2:]
	return base64.RawURLEncoding.EncodeToString(append(b, p.ID.Bits()...))
}

// placeAt reads a cursor. Each place has only one.
func placeAt(cursor string) (p ports.Place, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) != cursorBytes {
		return p, false
	}
	ms := binary.BigEndian.Uint64(append([]byte{0, 0}, b[:6]...))
	p = ports.Place{CreatedAt: time.UnixMilli(int64(ms)).UTC(), ID: order.MakeID(b[6:])}
	return p, cursorOf(p) == cursor
}

var exampleCursor = cursorOf(ports.Place{
	CreatedAt: time.Date(2026, 11, 22, 13, 44, 48, 202e6, time.UTC), ID: wire.ExampleID,
})

// nextLink is the header Link of a page that is not the last.
func nextLink(path string, query url.Values, cursor string) string {
	query.Set("cursor", cursor)
	return "<" + path + "?" + query.Encode() + `>; rel="next"`
}
