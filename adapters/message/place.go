package message

import (
	"encoding/base64"
	"encoding/binary"

	"orders/domain/order"
)

// QueryRoot is the path of the orders that queries show.
const QueryRoot = "/queries/orders"

// A Place is that of an event in a history.
type Place struct {
	Version int // That its commit made.
	Index   int // Of the event in that commit.
}

// A history's cursor is base64url of the next event's place: 16 bits of each number.
const (
	placeBytes = 4
	// CursorPattern is the regular expression that every cursor matches.
	CursorPattern = `^[A-Za-z0-9_-]{5}[AQgw]$` // Version 0 has no place.
)

// Cursor is that of the page that begins at p.
func (p Place) Cursor() string {
	b := binary.BigEndian.AppendUint16(nil, uint16(p.Version)) // An order has few commits.
	b = binary.BigEndian.AppendUint16(b, uint16(p.Index))
	return base64.RawURLEncoding.EncodeToString(b)
}

// PlaceAt reads a cursor. Each place has only one.
func PlaceAt(cursor string) (p Place, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(b) != placeBytes {
		return p, false
	}
	p = Place{int(binary.BigEndian.Uint16(b)), int(binary.BigEndian.Uint16(b[2:]))}
	return p, p.Version > 0 && p.Cursor() == cursor
}

// historyOf is the path and query of the page of an order's history that has the event at p only.
func (p Place) historyOf(id order.ID) string {
	return QueryRoot + "/" + string(id) + "/history?limit=1&cursor=" + p.Cursor()
}
