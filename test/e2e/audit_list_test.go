package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orders/adapters/mongo/audit"
	database "orders/adapters/mongo/client"
	"orders/ports"
	"orders/test/mongotest"
)

// recordMany records acts of a minute each, on 1 March 2026.
func recordMany(t *testing.T, uri string, n int) {
	t.Helper()
	d, err := database.Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close(t.Context()) }()
	a, err := audit.Open(t.Context(), d)
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		act := ports.Act{
			ID: fmt.Sprint(i), Began: day.Add(time.Duration(i) * time.Minute),
			Actor: fmt.Sprint("ann ", i), Command: "projection retry\x1b[31m", Version: "dev",
		}
		if err == nil {
			err = a.Begin(t.Context(), act)
		}
		if err == nil {
			err = a.End(t.Context(), act, ports.Outcome{At: act.Began})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestALongAuditIsListedInParts(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	recordMany(t, uri, 400)
	for flags, want := range map[string]int{
		"": 50, "--limit=400": 400, "--limit=10000": 400, "--limit=1": 1,
		"--since=2026-03-01 --limit=999": 400, "--since=2026-03-01T06:30:00Z": 10,
		"--since=1h": 0,
	} {
		all := audited(t, env, strings.Fields(flags)...)
		if len(all) != want || want > 0 && all[0].Actor != "ann 399" ||
			want > 1 && all[1].Actor != "ann 398" {
			t.Errorf("%q lists %d, want %d", flags, len(all), want)
		}
	}
	for flag, says := range map[string]string{
		"--limit=0": "--limit must be from 1 to 10000", "--limit=10001": "--limit must be",
		"--since=soon": "--since must be", "--since=-1h": "--since must be",
	} {
		if said := operates(t, 1, env, "audit", flag); !strings.Contains(said, says) {
			t.Errorf("%s says %s", flag, said)
		}
	}
	if text := operates(t, 0, env, "audit"); strings.Contains(text, "\x1b") {
		t.Errorf("it prints control characters: %q", text)
	}
}
