package http_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// takenBack is a read model that shows one version of an order after the other, and the last one
// for ever; 0 is none. It says that whatever is awaited is shown, as one does whose database has
// failed over.
type takenBack struct {
	ports.Orders
	store ports.EventStore

	mu       sync.Mutex
	versions []int
	read     int // How often Order was called.
}

func (b *takenBack) shows(versions ...int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.versions, b.read = versions, 0
}

func (b *takenBack) Await(ctx context.Context, _ order.ID, _ int) error { return ctx.Err() }

func (b *takenBack) Order(ctx context.Context, id order.ID) (v ports.OrderView, err error) {
	b.mu.Lock()
	version := b.versions[min(b.read, len(b.versions)-1)]
	b.read++
	b.mu.Unlock()
	stream, err := b.store.Load(ctx, id)
	switch {
	case err != nil:
		return v, err
	case version < 0:
		return v, ports.ErrUnreadable
	case version == 0 || stream.Version() == 0:
		return v, ports.ErrNotFound
	}
	v = ports.ViewOf(stream.Until(version))
	return v, budget.TakeAnswer(ctx, v.Size())
}

// failedOver is a service over such a read model, with bytes to hold, and an order at version 2.
func failedOver(t *testing.T, all *budget.Budget, body string) (*service, *takenBack, string) {
	t.Helper()
	back := &takenBack{}
	s := startWith(t, http.Config{}, nil, func(good ports.Orders) ports.Orders {
		back.Orders = good
		return back
	})
	back.store = s.store
	s.parts.Budget = all
	s.Server = http.New(http.Config{Address: "127.0.0.1:0"}, s.parts,
		slog.New(slog.DiscardHandler))
	created := s.ask(t, "POST", place, body, "Prefer", "respond-async")
	s.ask(t, "POST", place+"/"+created.id()+"/confirm", "", "Prefer", "respond-async").is(t, 200)
	return s, back, created.id()
}

// What was shown may be taken back before it is read: then it is awaited again.
func TestAVersionThatIsTakenBackIsAwaitedAgain(t *testing.T) {
	s, back, id := failedOver(t, nil, mouse)
	for _, versions := range [][]int{{1, 2}, {0, 2}, {1, 0, 1, 2}} {
		for known, want := range map[string]int{"": 200, `"1"`: 200, `"2"`: 304} {
			back.shows(versions...)
			a := s.ask(t, "GET", show+"/"+id+"?minVersion=2", "", "If-None-Match", known)
			if a.is(t, want); a.Header.Get("ETag") != `"2"` {
				t.Errorf("shown %v, it answers with the ETag %s", versions, a.Header.Get("ETag"))
			}
		}
	}
	back.shows(1)
	s.ask(t, "GET", show+"/"+id+"?minVersion=1", "").header(t, "ETag", `"1"`)
}

// What is not shown again in time is not answered by something older.
func TestAVersionThatStaysAway(t *testing.T) {
	s, back, id := failedOver(t, nil, mouse)
	for what, want := range map[string]string{
		"[1] 2": "503 projection-lagging", "[0] 2": "503 projection-lagging",
		"[1] 9": "404 version-unknown", "[-1] 9": "404 version-unknown",
	} {
		var shown, least int
		if _, err := fmt.Sscanf(what, "[%d] %d", &shown, &least); err != nil {
			t.Fatal(err)
		}
		back.shows(shown)
		a := s.ask(t, "GET", fmt.Sprintf("%s/%s?minVersion=%d", show, id, least), "")
		if got := fmt.Sprint(a.StatusCode, " ", a.json["code"]); got != want {
			t.Errorf("shown version %d, it answers %s, want %s", shown, got, want)
		}
	}
}

// A view that is read again takes its bytes once.
func TestAViewThatIsReadAgainTakesItsBytesOnce(t *testing.T) {
	all := budget.New(3 << 19) // A view takes two thirds.
	body := `{"userId":"u",` + linesFrom(0) + `}`
	s, back, id := failedOver(t, all, body)
	ctx, other := all.Open(t.Context())
	if err := budget.Take(ctx, 1); err != nil { // Nobody has the budget alone.
		t.Fatal(err)
	}
	back.shows(1, 1, 1, 1, 2)
	s.ask(t, "GET", show+"/"+id+"?minVersion=2", "").is(t, 200)
	if other.Close(); all.Used() != 0 {
		t.Errorf("%d bytes are held after the answer", all.Used())
	}
}

// Whoever may not see an order learns nothing from its being taken back.
func TestAnOrderThatIsTakenBackIsUnknownToOthers(t *testing.T) {
	s, back, id := failedOver(t, nil, mouse)
	s.parts.Tokens = &tokens{}
	s.Server = http.New(http.Config{}, s.parts, slog.New(slog.DiscardHandler))
	for _, version := range []int{0, 1, 2, -1} {
		back.shows(version)
		for _, below := range []string{"", "?minVersion=2", "?atVersion=2"} {
			unknown := s.ask(t, "GET", show+"/"+nowhere+below, "", as("ann", "orders:read")...)
			unknown.is(t, 404)
			foreign := s.ask(t, "GET", show+"/"+id+below, "", as("ann", "orders:read")...)
			foreign.isLike(t, below, unknown, id)
		}
	}
}

// A stream of an order begins with its current version, also if that was taken back.
func TestAStreamBeginsWithWhatIsTakenBack(t *testing.T) {
	s, back, id := failedOver(t, nil, mouse)
	l := serve(t, s)
	for _, versions := range [][]int{{1, 1, 2}, {0, 1, 0, 2}, {1, 0, 2}} {
		back.shows(versions...)
		if e := l.open(t, show+"/"+id+"/stream").next("data"); e["id"] != "2" {
			t.Errorf("shown %v, a stream begins with version %s", versions, e["id"])
		}
	}
}
