package order

import (
	"context"
	"errors"

	"orders/adapters/http/wire"
	"orders/ports"
	"orders/ports/budget"
)

const (
	// pageBytes is about how many bytes of JSON a page has, at most, unless one entry has more.
	pageBytes = 2 << 20
	// pageMemory is how many bytes making a page takes: its entries, and its text twice while that
	// grows.
	pageMemory = ports.BufferedMax + 3*pageBytes
	// pagesMax is how many pages are made at once.
	pagesMax = 8
)

// errPageFull ends reading when the page is full.
var errPageFull = errors.New("the page is full")

// acquirePageSlot waits for a slot to make a page, and takes the bytes for it from the budget. An
// order may have some hundred kilobytes, and a page hundreds of orders or events: without slots, a
// few impatient clients could take all memory and time of the others.
func (q *Queries) acquirePageSlot(ctx context.Context) (release func(), err error) {
	select {
	case q.pageSlots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := budget.Take(ctx, pageMemory); err != nil {
		<-q.pageSlots
		return nil, err
	}
	return func() { <-q.pageSlots }, nil
}

// entries are the text of a page: as many entries as fit, and at least one.
type entries struct {
	limit, count int
	text         []byte
}

// openingMax is room for the opening of the answer, which is written last and is not longer.
const openingMax = 128

// newEntries begins a list of at most limit entries; 0 means as many as there is room for.
func newEntries(limit int) *entries {
	return &entries{limit: limit, text: append(wire.NewBuffer(), make([]byte, openingMax)...)}
}

// full reports whether another entry would be one too many.
func (p *entries) full() bool {
	return p.limit > 0 && p.count == p.limit || p.count > 0 && len(p.text) >= pageBytes
}

// add adds an entry of about size bytes.
func (p *entries) add(size int, write func([]byte) []byte) {
	if p.count++; p.count > 1 {
		p.text = append(p.text, ',')
	}
	if have := len(p.text); cap(p.text)-have < size {
		room := max(min(2*have, pageBytes+size), have+size)
		p.text = append(make([]byte, 0, room), p.text...)
	}
	p.text = write(p.text)
}

// close completes the text: an object that begins with opening and a list, and may have a cursor.
func (p *entries) close(opening, next string) []byte {
	p.text = append(p.text, ']')
	if next != "" {
		p.text = wire.AppendText(p.text, "nextCursor", next)
	}
	n := copy(p.text[len(opening):], p.text[openingMax:])
	copy(p.text, opening)
	return append(p.text[:len(opening)+n], '}')
}
