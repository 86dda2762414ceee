package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"orders/service"
	"orders/test/mongotest"
)

// Who leads and how full the disks are is known to those who may know it, and missed by nobody
// else. Each right of the role shows something.
func TestTheRoleForMetricsShowsMore(t *testing.T) {
	skipShort(t)
	s := newGuardedShop(t, mongotest.StartGuarded(t), "shop", "shop_views")
	s.admits(t)
	s.operates(t, 0, "ordersMigrate", "migrate", "up")
	shows := map[right]string{
		{s.write, "", "dbStats"}:              `mongodb_disk_bytes{side="write"}`,
		{s.read, "", "dbStats"}:               `mongodb_disk_bytes{side="read"}`,
		{s.read, "projection_leases", "find"}: `subscription_lease_held{subscription="orders"}`,
	}
	more := s.rights["ordersMetrics"]
	if len(more) != len(shows) {
		t.Errorf("the role has %v", more)
	}
	for n := range len(more) + 1 { // Without the first n rights.
		name := "with all of them"
		if n > 0 {
			name = "without " + more[n-1].action + " on " + more[n-1].database
		}
		has := slices.Clone(s.rights["ordersQuery"])
		for i, r := range more {
			if i != n-1 {
				has = append(has, r)
			}
		}
		env := append(environment(s.userWith(t, name, has)), "ROLES="+string(service.Query))
		eventually(t, name+": all else is shown", func() bool {
			p, metrics := observedAt(t, env...) // Another one, as a busy database may not answer.
			defer p.kill()
			seen := metrics.scrape(t)
			for i, r := range more {
				if _, shown := seen["orders_"+shows[r]]; shown != (i != n-1) {
					t.Logf("%s: %s is shown: %t", name, shows[r], shown)
					return false
				}
			}
			return !hasFailed(t, seen)
		})
	}
}

// hasFailed reports whether something could not be asked for a scrape.
func hasFailed(t *testing.T, seen samples) (has bool) {
	t.Helper()
	for series, failures := range seen {
		if failures > 0 && strings.HasPrefix(series, "orders_scrape_errors") {
			t.Logf("%s is %v", series, failures)
			has = true
		}
	}
	return has
}
