package memory

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// Whatever orders do, an index is walked as if it were sorted each time, and has no more entries
// than twice those that are there.
func TestAnIndexStaysSorted(t *testing.T) {
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	var x index
	there := map[order.ID]ports.Place{}
	for range 3000 {
		id := order.ID(fmt.Sprint("ord_", random.IntN(40)))
		if was, is := there[id]; is {
			x.remove(was)
			delete(there, id)
		}
		if random.IntN(3) > 0 {
			there[id] = ports.Place{At: time.UnixMilli(int64(1 + random.IntN(50))), ID: id}
			x.put(there[id])
		}
		if len(x.entries)-x.gone != len(there) || len(x.entries) > 2*len(there)+1 {
			t.Fatalf("seed %d: %d entries, %d of them gone, for %d orders",
				seed, len(x.entries), x.gone, len(there))
		}
		after := ports.Place{At: time.UnixMilli(int64(random.IntN(50))), ID: id}
		for _, oldestFirst := range []bool{true, false} {
			got := slices.Collect(x.walk(oldestFirst, after))
			if want := walked(there, oldestFirst, after); !slices.Equal(got, want) {
				t.Fatalf("seed %d: after %+v come %v, want %v", seed, after, got, want)
			}
		}
	}
}

func walked(
	there map[order.ID]ports.Place, oldestFirst bool, after ports.Place,
) (ids []order.ID) {
	direction := -1
	if oldestFirst {
		direction = 1
	}
	compare := func(a, b ports.Place) int {
		return direction * cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	}
	var places []ports.Place
	for _, p := range there {
		if after.At.IsZero() || compare(p, after) > 0 {
			places = append(places, p)
		}
	}
	slices.SortFunc(places, compare)
	for _, p := range places {
		ids = append(ids, p.ID)
	}
	return ids
}
