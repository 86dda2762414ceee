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
		_, metrics := observedAt(t, append(environment(s.userWith(t, name, has)),
			"ROLES="+string(service.Query))...)
		seen := metrics.scrape(t)
		for i, r := range more {
			if _, shown := seen["orders_"+shows[r]]; shown != (i != n-1) {
				t.Errorf("%s: %s is shown: %t", name, shows[r], shown)
			}
		}
		for series, failures := range seen {
			if failures > 0 && strings.HasPrefix(series, "orders_scrape_errors") {
				t.Errorf("%s: %s is %v", name, series, failures)
			}
		}
	}
}
