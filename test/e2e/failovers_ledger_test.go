package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// A ledger is what customers were told and shown, to compare with what is there in the end.
type ledger struct {
	mu     sync.Mutex
	sent   map[string]bool   // By key: every command that may have been carried out.
	told   map[string]commit // By key: what was acknowledged.
	last   map[string]int    // By order: the last version that was acknowledged.
	shown  map[commit]string // What queries showed since the last check.
	orders []string          // All that were acknowledged.
	faults []string

	unlike []string // Fields that need not be the same each time that a version is shown.
}

// A commit is one version of an order.
type commit struct {
	id      string
	version int
}

func newLedger() ledger {
	return ledger{
		sent: map[string]bool{}, told: map[string]commit{}, last: map[string]int{},
		shown: map[commit]string{},
	}
}

// commitOf returns the version of which an answer tells.
func commitOf(shown map[string]any) commit {
	id, _ := shown["orderId"].(string)
	version, _ := strconv.Atoi(fmt.Sprint(shown["version"]))
	return commit{id, version}
}

func (l *ledger) fault(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.faults = append(l.faults, fmt.Sprintf(format, args...))
}

func (l *ledger) willSend(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[key] = true
}

// wasTold notes an acknowledgement. Every one of a key is the same.
func (l *ledger) wasTold(key string, done commit) {
	l.mu.Lock()
	defer l.mu.Unlock()
	first, again := l.told[key]
	switch {
	case again && first != done:
		l.faults = append(l.faults, fmt.Sprintf("key %s: %v, and first %v", key, done, first))
	case !again:
		l.told[key] = done
		if l.last[done.id] == 0 {
			l.orders = append(l.orders, done.id)
		}
		l.last[done.id] = max(l.last[done.id], done.version)
	}
}

// wasShown notes what a query shows of an order. Of each version all show the same.
func (l *ledger) wasShown(order map[string]any) {
	text := l.text(order)
	at := commitOf(order)
	l.mu.Lock()
	defer l.mu.Unlock()
	if before, again := l.shown[at]; again && before != text {
		l.faults = append(l.faults, fmt.Sprintf("%v is shown as %s and as %s", at, before, text))
	}
	l.shown[at] = text
}

// text is what is compared of a shown order.
func (l *ledger) text(order map[string]any) string {
	for _, field := range l.unlike {
		delete(order, field)
	}
	text, _ := json.Marshal(order)
	return string(text)
}

// recent returns one of the last orders, if there are any, at its last version.
func (l *ledger) recent(dice *rand.Rand) (_ commit, are bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.orders) == 0 {
		return commit{}, false
	}
	id := l.orders[len(l.orders)-1-dice.IntN(min(len(l.orders), 50))]
	return commit{id, l.last[id]}, true
}

// others begins the keys of those who keep no ledger.
const others = "other-"

// history returns every commit by its key, but for those of others.
func history(t *testing.T, uri string) map[string]commit {
	t.Helper()
	var commits []struct {
		Key, OrderID string
		Version      int
	}
	cursor, err := mongotest.Database(t, uri).Collection("order_writes").Find(t.Context(), bson.M{})
	if err == nil {
		err = cursor.All(t.Context(), &commits)
	}
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]commit{}
	for _, c := range commits {
		if strings.HasPrefix(c.Key, others) {
			continue
		}
		is := commit{c.OrderID, c.Version}
		if other, twice := all[c.Key]; twice {
			t.Errorf("key %s is there twice: %v, %v", c.Key, other, is)
		}
		all[c.Key] = is
	}
	return all
}

// check compares all with what is there: every command that was sent once, as it was acknowledged;
// each order with its last version; and what was shown is what the history says of that version.
func (c *customers) check(t *testing.T, uri string) {
	t.Helper()
	there := history(t, uri)
	if len(there) != len(c.sent) {
		t.Errorf("%d commits for %d keys", len(there), len(c.sent))
	}
	for key, told := range c.told {
		if there[key] != told {
			t.Errorf("key %s: %v was acknowledged, %v is there", key, told, there[key])
		}
	}
	last := map[string]int{}
	for _, is := range there {
		last[is.id] = max(last[is.id], is.version)
	}
	for shown := range c.shown {
		if shown.version > last[shown.id] {
			t.Errorf("%v was shown, and has %d versions", shown, last[shown.id])
		}
	}
	c.compareShown(t)
	c.compareLast(t, last)
	for _, fault := range c.faults {
		t.Error(fault)
	}
	c.shown = map[commit]string{}
}

func (c *customers) compareShown(t *testing.T) {
	t.Helper()
	at := func(shown commit) string {
		return fmt.Sprintf("/queries/orders/%s?atVersion=%d", shown.id, shown.version)
	}
	texts := map[string]string{}
	for shown, text := range c.shown {
		texts[at(shown)] = text
	}
	eachAtOnce(slices.Collect(maps.Keys(texts)), func(path string) {
		a, err := c.queried()[0].send(t.Context(), "GET", path, "")
		order, _ := a.json["order"].(map[string]any)
		if text := c.text(order); err != nil || text != texts[path] {
			t.Errorf("%s is %s, %v; it was shown as %s", path, c.text(order), err, texts[path])
		}
	})
}

func (c *customers) compareLast(t *testing.T, last map[string]int) {
	t.Helper()
	eachAtOnce(slices.Collect(maps.Keys(last)), func(id string) {
		all := c.queried()
		a, err := all[len(all)-1].send(t.Context(), "GET", "/queries/orders/"+id, "")
		if versionOf(a) != last[id] {
			t.Errorf("order %s is shown at %d of %d: %d, %v", id, versionOf(a), last[id], a.status,
				err)
		}
	})
}

func (c *customers) String() string {
	return fmt.Sprintf("%d orders, %d commands, %d requests were sent again",
		len(c.orders), len(c.sent), c.again.Load())
}
