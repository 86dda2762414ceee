package command

import (
	"container/list"
	"context"
	"sync"
	"time"

	"orders/domain/order"
	"orders/ports/budget"
)

const (
	// warmTime is how long a past is kept after its last use.
	warmTime = 5 * time.Second
	// warmMax and warmBytes bound what is kept, in number and in bytes.
	warmMax, warmBytes = 1024, 32 << 20
)

// warm keeps pasts for the next command on the same order, which need not read them whole. What is
// kept is only a guess: others may have appended since, or put another store in place.
type warm struct {
	account *budget.Account

	mu    sync.Mutex
	of    map[order.ID]*list.Element
	used  *list.List // Of *warmth, the one used last in front.
	bytes int
	due   *time.Timer // Forgets the one used first. It runs while there is one.
}

// A warmth is a past that is kept.
type warmth struct {
	past  past
	bytes int
	until time.Time
}

func newWarm(b *budget.Budget) *warm {
	w := &warm{of: map[order.ID]*list.Element{}, used: list.New()}
	_, w.account = b.Open(context.Background())
	if b != nil {
		b.OnShortage(w.giveWay)
	}
	return w
}

// take returns what is kept of an order, and keeps it no longer: whoever can still vouch for it
// gives it back to keep.
func (w *warm) take(id order.ID) (p past, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.of[id]
	if e == nil {
		return past{}, false
	}
	kept := w.drop(e)
	return kept.past, time.Now().Before(kept.until)
}

// keep keeps p unless there is no room for it.
func (w *warm) keep(p past) {
	kept := &warmth{p, p.size(), time.Now().Add(warmTime)}
	if p.Version() == 0 || kept.bytes > warmBytes {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if e := w.of[p.ID]; e != nil {
		w.drop(e)
	}
	for len(w.of) >= warmMax || w.bytes > 0 && w.bytes+kept.bytes > warmBytes {
		w.drop(w.used.Back())
	}
	if !w.account.TryTake(kept.bytes) {
		return
	}
	w.bytes += kept.bytes
	w.of[p.ID] = w.used.PushFront(kept)
	if w.used.Len() == 1 {
		w.wait(warmTime)
	}
}

// drop forgets what is kept. The caller holds mu.
func (w *warm) drop(e *list.Element) *warmth {
	kept := w.used.Remove(e).(*warmth)
	delete(w.of, kept.past.ID)
	w.bytes -= kept.bytes
	w.account.Give(kept.bytes)
	if w.used.Len() == 0 {
		w.due.Stop()
	}
	return kept
}

// giveWay forgets everything, for somebody waits for bytes.
func (w *warm) giveWay() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.used.Len() > 0 {
		w.drop(w.used.Back())
	}
}

// expire forgets what was not used for a while.
func (w *warm) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.used.Len() > 0 {
		e := w.used.Back()
		if left := time.Until(e.Value.(*warmth).until); left > 0 {
			w.wait(left)
			return
		}
		w.drop(e)
	}
}

func (w *warm) wait(d time.Duration) {
	if w.due == nil {
		w.due = time.AfterFunc(d, w.expire)
		return
	}
	w.due.Reset(d)
}
