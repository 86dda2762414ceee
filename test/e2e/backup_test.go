package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/adapters/backupfile"
	"orders/ports"
	"orders/test/mongotest"
)

// While a crowd orders, an export is killed, goes on, and outlasts a failover. What it wrote is
// imported into an empty database, by an import that is killed and run again, and into memory.
// Both then answer as the first service does: each order at the version that the file has, its
// history until then, and every key again.
func TestAnExportUnderLoadMovesEverything(t *testing.T) {
	skipShort(t)
	set := mongotest.Cluster(t)
	from := []string{"MONGODB_URI=" + set.URI("shop")}
	service := start(t, from...)
	orders := gather(service.client)
	ordered(t, orders, 400)
	path := filepath.Join(t.TempDir(), "orders.jsonl")
	acknowledged := orders.snapshot()
	killedWhile(t, from, path, "export", "--out="+path, "--rate=100")
	resumed := launch(t, "", from, "export", "--out="+path, "--rate=100")
	grows(t, path+backupfile.PartialSuffix)
	set.Primary().Kill()
	select {
	case <-resumed.exited:
		t.Fatalf("it was done before the failover: %s", resumed.output)
	default:
	}
	ordered(t, orders, len(orders.snapshot())+50) // After the failover, too.
	orders.dismiss(t)                             // They are faster than the export.
	resumed.ends(t, 0, `is whole: \d+ commits of \d+ orders`)

	file := readBackup(t, path)
	for id, version := range acknowledged {
		if has := len(file[id]); has < version {
			t.Errorf("order %s has %d commits in the file, %d were acknowledged before the start",
				id, has, version)
		}
	}
	empty := []string{"MONGODB_URI=" + mongotest.URI(t)}
	imported := start(t, empty...) // It sees imported commits as any others.
	killedImport(t, empty, path, file)
	settles(t, empty...)
	asBefore(t, service, imported, file)
	asBefore(t, service, start(t, "IMPORT="+path), file)
}

// ordered waits until so many orders were accepted.
func ordered(t *testing.T, c *crowd, orders int) {
	t.Helper()
	for until := time.Now().Add(patience); len(c.snapshot()) < orders; {
		if time.Now().After(until) {
			t.Fatalf("%d orders, want %d", len(c.snapshot()), orders)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// snapshot are the versions that were acknowledged until now.
func (c *crowd) snapshot() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.accepted)
}

// grows waits until another part of a file is written.
func grows(t *testing.T, path string) {
	t.Helper()
	size := func() int64 {
		is, err := os.Stat(path)
		if err != nil {
			return -1
		}
		return is.Size()
	}
	was := max(size(), 0)
	for until := time.Now().Add(patience); size() <= was; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%s does not grow", path)
		}
	}
}

// killedWhile kills a command once it has written a part of a file.
func killedWhile(t *testing.T, env []string, path string, args ...string) {
	t.Helper()
	p := launch(t, "", env, args...)
	grows(t, path+backupfile.PartialSuffix)
	p.kill()
	if _, err := os.Stat(path); err == nil {
		t.Fatal("it was done before it was killed")
	}
}

// readBackup are the commits of a whole file by the orders' IDs.
func readBackup(t *testing.T, path string) map[string][]ports.Commit {
	t.Helper()
	file, err := backupfile.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := file.Check(t.Context(), func(int) {}); err != nil {
		t.Fatal(err)
	}
	all := map[string][]ports.Commit{}
	err = file.Lines(t.Context(), func(_ int, c ports.Commit) error {
		all[string(c.OrderID)] = append(all[string(c.OrderID)], c)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// killedImport imports a file, is killed once some commits are there, and is run again, twice.
func killedImport(t *testing.T, env []string, path string, file map[string][]ports.Commit) {
	t.Helper()
	uri := strings.TrimPrefix(env[0], "MONGODB_URI=")
	p := launch(t, "", env, "import", path, "--rate=100")
	for len(recorded(t, uri)) < 50 {
		select {
		case <-p.exited:
			t.Fatalf("it ended before it was killed: %s", p.output)
		case <-time.After(10 * time.Millisecond):
		}
	}
	p.kill()
	commits := 0
	for _, c := range file {
		commits += len(c)
	}
	all := fmt.Sprintf("import: %d commits of %d orders; ", commits, len(file))
	for _, end := range []string{"of the commits were not there before", "0 of the commits"} {
		if said := operates(t, 0, env, "import", path); !strings.Contains(said, all) ||
			!strings.Contains(said, end) {
			t.Errorf("it says %q, want %q and %q", said, all, end)
		}
	}
}

// asBefore compares two services: every order as the file has it, its history, and its key.
func asBefore(t *testing.T, before, after *process, file map[string][]ports.Commit) {
	t.Helper()
	eachAtOnce(slices.Collect(maps.Keys(file)), func(id string) {
		version := len(file[id])
		path := "/queries/orders/" + id
		same(t, before, after, "GET", fmt.Sprintf("%s?atVersion=%d", path, version), "")
		same(t, before, after, "GET", fmt.Sprintf("%s/history?limit=%d", path, version), "")
		same(t, before, after, "POST", "/commands/orders", body,
			"Idempotency-Key: "+file[id][0].Key)
		if a, err := after.send(t.Context(), "GET", path, ""); versionOf(a) != version {
			t.Errorf("order %s is at version %d, want %d; %v", id, versionOf(a), version, err)
		}
	})
	t.Logf("%d orders are as before", len(file))
}

// same wants both services to answer alike.
func same(
	t *testing.T, before, after *process, method, path, body string, headers ...string,
) {
	t.Helper()
	if t.Failed() {
		return // One difference says enough.
	}
	a, err := before.send(t.Context(), method, path, body, headers...)
	if err != nil || a.status != 200 {
		t.Errorf("%s %s: %d %v %v", method, path, a.status, a.json, err)
		return
	}
	b, err := after.send(t.Context(), method, path, body, headers...)
	delete(a.json, "nextCursor")
	delete(b.json, "nextCursor")
	is, _ := json.Marshal(b.json)
	want, _ := json.Marshal(a.json)
	if err != nil || b.status != a.status || string(is) != string(want) {
		t.Errorf("%s %s: %d %s, %v; before it was %d %s",
			method, path, b.status, is, err, a.status, want)
	}
}
