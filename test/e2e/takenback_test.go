package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/test/mongotest"
)

// A takeback is the service with its views on a set of three, of which a failover took back what
// the old primary alone had: the second version of an old order. A new one was never shown. Its own
// client asks a process that does not project, and nobody projects any more.
type takeback struct {
	client
	env        []string
	projector  *process
	old, fresh string
}

func takenBack(t *testing.T) *takeback {
	t.Helper()
	skipShort(t)
	set := mongotest.Cluster(t)
	b := &takeback{env: []string{
		"MONGODB_URI=" + mongotest.URI(t), "MONGODB_READ_URI=" + set.URI("taken_back"),
	}}
	b.projector = start(t, append(slices.Clone(b.env), "ROLES=projector")...)
	b.client = start(t, append(slices.Clone(b.env), "ROLES=command,query")...).client
	b.old = b.create(t).id()
	all := listen(t, b.client, "/queries/orders/stream", "")
	eventually(t, "the projector has saved its position", func() bool {
		said := operates(t, 0, b.env, "projection", "status")
		return strings.Count(said, "caught up") == 2
	})
	d := set.Diverge()
	b.must(t, http.StatusOK, "POST", "/commands/orders/"+b.old+"/confirm", "")
	b.reaches(t, b.old, 2)
	// By now the projector waits for a majority, in vain.
	b.fresh = b.create(t, "Idempotency-Key: fresh", "Prefer: respond-async").id()
	b.projector.kill()
	d.Depose()
	all.mu.Lock()
	defer all.mu.Unlock()
	if all.seen[b.old] > 1 || all.seen[b.fresh] > 0 {
		t.Errorf("a stream told what is taken back: %v", all.seen)
	}
	return b
}

// versions are those of the orders that a list shows.
func (b *takeback) versions(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	list, _ := b.must(t, http.StatusOK, "GET", "/queries/orders", "").at("orders").([]any)
	for i := range list {
		o := answer{json: list[i].(map[string]any)}
		found[fmt.Sprint(o.at("orderId"))] = fmt.Sprint(o.at("version"))
	}
	return found
}

// reaches asks for a version until it is shown. Until then nothing older may be answered.
func (b *takeback) reaches(t *testing.T, id string, version int) {
	t.Helper()
	path := fmt.Sprintf("/queries/orders/%s?minVersion=%d", id, version)
	for begun := time.Now(); time.Since(begun) < patience; {
		a, err := b.send(t.Context(), "GET", path, "")
		tag := fmt.Sprintf("%q", fmt.Sprint(version))
		switch {
		case err == nil && a.status == http.StatusOK && a.header.Get("ETag") == tag:
			return
		case err != nil || a.status != http.StatusServiceUnavailable:
			t.Fatalf("%s: %d, %v, %v", path, a.status, a.json, err)
		}
	}
	t.Fatalf("%s is not shown", path)
}

// After a failover that took views back, queries show less for a moment, one that asks for a
// version never does, retries get their first answer, and all is shown again by itself.
func TestWhatAFailoverTakesBackIsShownAgain(t *testing.T) {
	b := takenBack(t)
	shown := b.must(t, http.StatusOK, "GET", "/queries/orders/"+b.old, "")
	if tag := shown.header.Get("ETag"); tag != `"1"` {
		t.Errorf("nothing was taken back: the old order is shown at version %s", tag)
	}
	b.must(t, http.StatusNotFound, "GET", "/queries/orders/"+b.fresh, "")
	if got := b.versions(t); len(got) != 1 || got[b.old] != "1" {
		t.Errorf("the list shows %v", got)
	}
	for id, version := range map[string]int{b.old: 2, b.fresh: 1} {
		path := fmt.Sprintf("/queries/orders/%s?minVersion=%d", id, version)
		late := b.must(t, http.StatusServiceUnavailable, "GET", path, "")
		if late.at("code") != "projection-lagging" {
			t.Errorf("%s: %v", path, late.json)
		}
	}
	one := listen(t, b.client, "/queries/orders/"+b.old+"/stream", "")
	all := listen(t, b.client, "/queries/orders/stream", "")
	again := b.must(t, http.StatusOK, "POST", "/commands/orders", body,
		"Idempotency-Key: fresh", "Prefer: respond-async")
	if again.id() != b.fresh {
		t.Errorf("the key makes order %s, first %s", again.id(), b.fresh)
	}

	start(t, append(slices.Clone(b.env), "ROLES=projector")...)
	b.reaches(t, b.old, 2)
	b.reaches(t, b.fresh, 1)
	if got := b.versions(t); got[b.old] != "2" || got[b.fresh] != "1" {
		t.Errorf("the list shows %v", got)
	}
	all.hears(t, map[string]int{b.old: 2, b.fresh: 1})
	one.hears(t, map[string]int{b.old: 2})
}

// hears waits until a stream has told these versions, and none that is older than one before.
func (l *listener) hears(t *testing.T, want map[string]int) {
	t.Helper()
	var missing []string
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(10 * time.Millisecond) {
		missing = nil
		l.mu.Lock()
		for id, version := range want {
			if l.seen[id] < version {
				missing = append(missing, fmt.Sprint(id, " at ", version))
			}
		}
		back := l.back
		l.mu.Unlock()
		if back {
			t.Error("a stream went back")
		}
		if len(missing) == 0 {
			return
		}
	}
	t.Errorf("a stream does not tell %s", strings.Join(missing, ", "))
}
