package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"
)

// A client that polls for changes as the API's document says knows the last version of every
// order, however many others change them meanwhile.
func TestPollingForChanges(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		p := poller{client: c, versions: map[string]int{}}
		var clients sync.WaitGroup
		var mu sync.Mutex
		wanted := map[string]int{}
		for range 4 {
			clients.Go(func() {
				for steps := range 6 {
					id, err := c.live(t.Context(), steps)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					wanted[id] = steps + 1
					mu.Unlock()
				}
			})
		}
		done := make(chan struct{})
		go func() { clients.Wait(); close(done) }()
		for isDone := false; !isDone; {
			select {
			case <-done:
				isDone = true
			default:
			}
			p.poll(t)
		}
		for id, version := range wanted {
			c.must(t, 200, "GET", fmt.Sprintf("/queries/orders/%s?minVersion=%d", id, version), "")
		}
		p.poll(t)
		if !maps.Equal(p.versions, wanted) {
			t.Errorf("the client knows\n%v, want\n%v", p.versions, wanted)
		}
		later := p.since.Add(time.Millisecond).Format(time.RFC3339Nano)
		c.must(t, 200, "GET", "/queries/orders?updatedFrom="+url.QueryEscape(later), "").
			want(t, `[]`, "orders")
	})
}

// live makes an order and lets it live for some steps.
func (c client) live(ctx context.Context, steps int) (id string, err error) {
	a, err := c.send(ctx, "POST", "/commands/orders", body)
	for _, s := range wholeLife[:steps] {
		if err != nil || a.status >= 300 {
			break
		}
		id = a.id()
		a, err = c.send(ctx, "POST", "/commands/orders/"+id+"/"+s.path, s.body)
	}
	if err == nil && a.status != http.StatusOK && a.status != http.StatusCreated {
		err = fmt.Errorf("status %d: %v", a.status, a.json)
	}
	return a.id(), err
}

// A poller asks for what changed since it last asked.
type poller struct {
	client
	since    time.Time      // The last change that it knows.
	versions map[string]int // Of the orders that it knows.
}

const overlap = 5 * time.Second

func (p *poller) poll(t *testing.T) {
	t.Helper()
	query := url.Values{"sort": {"updatedAt"}, "limit": {"3"}}
	if !p.since.IsZero() {
		query.Set("updatedFrom", p.since.Add(-overlap).Format(time.RFC3339Nano))
	}
	for more := true; more; {
		a := p.must(t, 200, "GET", "/queries/orders?"+query.Encode(), "")
		orders, _ := a.at("orders").([]any)
		for _, o := range orders {
			shown := o.(map[string]any)
			version, _ := shown["version"].(json.Number).Int64()
			id := shown["orderId"].(string)
			p.versions[id] = max(p.versions[id], int(version))
			at, err := time.Parse(time.RFC3339Nano, shown["updatedAt"].(string))
			if err != nil || at.Before(p.since.Add(-overlap)) {
				t.Errorf("order %s changed at %s, %v", id, at, err)
			}
			if at.After(p.since) {
				p.since = at
			}
		}
		next, _ := a.at("nextCursor").(string)
		query.Set("cursor", next)
		more = next != ""
	}
}
