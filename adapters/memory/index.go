package memory

import (
	"cmp"
	"iter"
	"slices"

	"orders/domain/order"
	"orders/ports"
)

// An index holds orders from the oldest to the newest; equal times are ordered by ID. What is taken
// out of the middle stays, marked as gone, until half of the index is: an order that changes moves
// from anywhere to the end, and nothing else moves for it.
type index struct {
	entries []entry
	gone    int
}

type entry struct {
	ports.Place
	gone bool
}

// put adds an order that is not there yet, nearly always at the end.
func (x *index) put(p ports.Place) {
	at, known := x.find(p)
	if known {
		x.entries[at].gone = false
		x.gone--
		return
	}
	x.entries = slices.Insert(x.entries, at, entry{Place: p})
}

// remove takes out an order that is there.
func (x *index) remove(p ports.Place) {
	at, _ := x.find(p)
	x.entries[at].gone = true
	if x.gone++; x.gone > len(x.entries)/2 {
		x.entries = slices.DeleteFunc(x.entries, func(e entry) bool { return e.gone })
		x.gone = 0
	}
}

// walk goes through the orders that come after a place, or through all if that is zero.
func (x *index) walk(oldestFirst bool, after ports.Place) iter.Seq[order.ID] {
	from, step := 0, 1
	if !oldestFirst {
		from, step = len(x.entries)-1, -1
	}
	if !after.At.IsZero() {
		at, known := x.find(after)
		if from = at; known || !oldestFirst {
			from += step
		}
	}
	return func(yield func(order.ID) bool) {
		for n := from; n >= 0 && n < len(x.entries); n += step {
			if e := x.entries[n]; !e.gone && !yield(e.ID) {
				return
			}
		}
	}
}

func (x *index) find(p ports.Place) (at int, known bool) {
	return slices.BinarySearchFunc(x.entries, p, func(e entry, p ports.Place) int {
		return cmp.Or(e.At.Compare(p.At), cmp.Compare(e.ID, p.ID))
	})
}

// indexes hold all orders, and those of each user, by either time.
type indexes struct{ byCreation, byUpdate timeline }

func newIndexes() *indexes { return &indexes{newTimeline(), newTimeline()} }

func (x *indexes) by(s ports.Sort) *timeline {
	if s.ByUpdate {
		return &x.byUpdate
	}
	return &x.byCreation
}

// Replace implements Index.
func (x *indexes) Replace(was, is *ports.OrderView) {
	for _, s := range []ports.Sort{{}, {ByUpdate: true}} {
		x.by(s).replace(was, is, s)
	}
}

// A timeline has indexes by one time.
type timeline struct {
	all    index
	byUser map[string]*index
}

func newTimeline() timeline { return timeline{byUser: map[string]*index{}} }

// of is the index of a user's orders, or that of all orders if the user is empty.
func (t *timeline) of(user string) *index {
	switch x := t.byUser[user]; {
	case user == "":
		return &t.all
	case x != nil:
		return x
	}
	return &index{}
}

func (t *timeline) replace(was, is *ports.OrderView, s ports.Sort) {
	if was != nil && is != nil && was.Order.UserID == is.Order.UserID &&
		s.Place(*was) == s.Place(*is) {
		return
	}
	if was != nil {
		t.all.remove(s.Place(*was))
		t.byUser[was.Order.UserID].remove(s.Place(*was))
	}
	if is != nil {
		user := is.Order.UserID
		if t.byUser[user] == nil {
			t.byUser[user] = &index{}
		}
		t.all.put(s.Place(*is))
		t.byUser[user].put(s.Place(*is))
	}
}
