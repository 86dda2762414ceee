package brokers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// compare compares what a consumer has with what queries show of each order.
func (w *world) compare(t *testing.T, c *consumer) {
	t.Helper()
	ids := make(chan string)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for id := range ids {
				w.compareOne(t, c.orders[id])
			}
		})
	}
	for _, id := range slices.Sorted(maps.Keys(c.orders)) {
		ids <- id
	}
	close(ids)
	all.Wait()
}

// wantHidden wants no message to show the hash of a command. The consumer knows the rest of what is
// private by its beginning.
func (w *world) wantHidden(t *testing.T, c *consumer) {
	t.Helper()
	stored, err := mongotest.Database(t, w.uri).Collection("order_writes").
		Distinct(t.Context(), "request", bson.M{})
	if err != nil || len(stored) == 0 {
		t.Errorf("%d hashes are stored, %v", len(stored), err)
	}
	all := c.all.String()
	for _, hash := range stored {
		if text, _ := hash.(string); text == "" || strings.Contains(all, text) {
			t.Errorf("a message shows the hash %q", hash)
		}
	}
}

func (w *world) compareOne(t *testing.T, o *replay) {
	t.Helper()
	var shown struct{ Order view }
	path := "/queries/orders/" + o.OrderID
	w.get(t, w.programs[0].base+path, &shown)
	if made, text := spell(o.made()), spell(shown.Order); made != text {
		t.Errorf("the events make %s, and the query shows %s", made, text)
	}
	var history struct {
		Events []struct {
			Version  int
			Type, At string
			Data     json.RawMessage
		}
	}
	w.get(t, w.programs[1].base+path+"/history?limit=100", &history)
	var committed, told []string
	n := 0
	for i, e := range history.Events {
		if n++; i == 0 || e.Version > history.Events[i-1].Version {
			n = 1
		}
		committed = append(committed, fmt.Sprint(e.Version, n, e.Type, e.At, compact(e.Data)))
	}
	for _, e := range o.events {
		told = append(told, fmt.Sprint(e.version, e.n, e.name, e.at, compact(e.data)))
	}
	if !slices.Equal(committed, told) {
		t.Errorf("of order %s\n%q was told, and it has\n%q", o.OrderID, told, committed)
	}
}

func spell(v view) string {
	text, _ := json.Marshal(v)
	return string(bytes.ReplaceAll(text, []byte("null"), []byte("[]")))
}

func compact(text json.RawMessage) string {
	var all bytes.Buffer
	if err := json.Compact(&all, text); err != nil {
		return err.Error()
	}
	return all.String()
}
