package e2e_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"testing"
)

// A client that polls for changes as docs/lists.md says comes to what changes while it pages, and
// the next time to what changed since.
func TestPollingForChanges(t *testing.T) {
	serve(t, func(t *testing.T, c client) {
		var ids []string
		for range 6 {
			ids = append(ids, c.shown(t, c.create(t)))
		}
		p := poller{client: c, versions: map[string]int{}}
		confirm := func(n int) {
			c.shown(t, c.must(t, 200, "POST", "/commands/orders/"+ids[n]+"/confirm", ""))
		}
		p.poll(t, func(page int) {
			if page == 0 {
				confirm(0) // This one was shown.
				confirm(4)
			}
		})
		want := map[string]int{
			ids[0]: 2, ids[1]: 1, ids[2]: 1, ids[3]: 1, ids[4]: 2, ids[5]: 1,
		}
		if !maps.Equal(p.versions, want) {
			t.Errorf("the client knows\n%v, want\n%v", p.versions, want)
		}
		confirm(2)
		clear(p.versions)
		p.poll(t, func(int) {})
		if p.versions[ids[2]] != 2 || p.versions[ids[1]] != 0 {
			t.Errorf("since then it came to %v, want %s and not %s", p.versions, ids[2], ids[1])
		}
	})
}

// A poller asks for what changed since it last asked. As it is the only client, it needs no
// overlap.
type poller struct {
	client
	since    string         // The last change that it knows.
	versions map[string]int // Of the orders that it knows.
}

func (p *poller) poll(t *testing.T, afterPage func(int)) {
	t.Helper()
	query := url.Values{"sort": {"updatedAt"}, "limit": {"2"}, "updatedFrom": {p.since}}
	for page, more := 0, true; more; page++ {
		a := p.must(t, 200, "GET", "/queries/orders?"+query.Encode(), "")
		orders, _ := a.at("orders").([]any)
		for _, o := range orders {
			shown := o.(map[string]any)
			version, _ := shown["version"].(json.Number).Int64()
			at := shown["updatedAt"].(string)
			if at < p.since {
				t.Errorf("a change at %s comes after one at %s", at, p.since)
			}
			p.versions[shown["orderId"].(string)], p.since = int(version), at
		}
		afterPage(page)
		next, _ := a.at("nextCursor").(string)
		query.Set("cursor", next)
		more = next != ""
	}
}
