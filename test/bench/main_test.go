package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orders/test/bench/report"
	"orders/test/mongotest"
)

// TestMain lets the test binary serve as a peer, as the benchmark starts itself as one.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "peer" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTheWholeBenchmarkRuns(t *testing.T) {
	uri := mongotest.URI(t)
	dir := t.TempDir()
	results, document := filepath.Join(dir, "results.json"), filepath.Join(dir, "performance.md")
	err := run([]string{
		"--seconds=0.5", "--rounds=1", "--connections=4", "--orders=100,1000",
		"--commits=2,30", "--per-length=16", "--watchers=3", "--created=1000", "--processes=2",
		"--minutes=0.02", "--brokers=none", "--traced",
		"--mongodb-uri", uri, "--json", results, "--write", document,
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.ReadJSON(results)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(r.Writes), 2*len(plan{Traced: true}.known()); got != want {
		t.Errorf("%d measurements of writes, want %d", got, want)
	}
	checkWrites(t, r.Writes)
	checkScale(t, r.Scale)
	if got, want := len(r.Reads), 2*2*2; got != want {
		t.Errorf("%d measurements of reads, want %d", got, want)
	}
	again := filepath.Join(dir, "again.md")
	if err := run([]string{"page", results, results, "--write", again}); err != nil {
		t.Error(err)
	}
	text, err := os.ReadFile(document)
	if same, _ := os.ReadFile(again); !bytes.Equal(same, text) {
		t.Errorf("made again of its results it is %q", same)
	}
	if err != nil || !strings.Contains(string(text), "| ours : two inserts | open loop |") {
		t.Errorf("the document is %q, %v", text, err)
	}
}

func checkScale(t *testing.T, s report.Scale) {
	t.Helper()
	if len(s.Histories) != 2*2 || len(s.Watches) != 2 || len(s.Processes) != 2 ||
		len(s.Endurances) != 1 {
		t.Fatalf("some part is missing: %+v", s)
	}
	for _, h := range s.Histories {
		if f := h.Rounds[0]; f.Rate <= 0 || f.P50 <= 0 {
			t.Errorf("a command on %d commits: %+v", h.Commits, f)
		}
	}
	w := s.Watches[1].Rounds[0]
	if w.Events <= 0 || w.LagP99 <= 0 || w.Lost > 0 || w.Ended > 0 {
		t.Errorf("%d watchers: %+v", s.Watches[1].Watchers, w)
	}
	for _, p := range s.Processes {
		if p.Rounds[0].Rate <= 0 {
			t.Errorf("%d processes: %+v", p.Processes, p.Rounds[0])
		}
	}
	samples := s.Endurances[0].Samples
	if len(samples) == 0 {
		t.Fatal("endurance took no samples")
	}
	// So short a run may have no garbage collection, which tells of the heap.
	if last := samples[len(samples)-1]; last.Memory <= 0 || last.Goroutines <= 0 ||
		last.Files <= 0 {
		t.Errorf("the service used %+v", last)
	}
}

func checkWrites(t *testing.T, writes []report.Write) {
	t.Helper()
	for _, w := range writes {
		if f := w.Rounds[0]; f.Rate <= 0 || f.P50 <= 0 || f.P99 < f.P50 {
			t.Errorf("%s, %d connections: %+v", w.Contender, w.Connections, f)
		} else if f.CPU > 0 && f.MongoCPU > 0 && f.AllCPU != f.CPU+f.MongoCPU {
			t.Errorf("%s: all of %v and %v is %v", w.Contender, f.CPU, f.MongoCPU, f.AllCPU)
		}
	}
}

func TestTheSameOrdersAreFilledInEachTime(t *testing.T) {
	f := filling{orders: 1000}
	a, err := f.stream(7)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := f.stream(7)
	other, _ := f.stream(8)
	switch {
	case a.ID != b.ID || !a.ID.Valid(), a.ID == other.ID:
		t.Errorf("orders %s, %s and %s", a.ID, b.ID, other.ID)
	case a.Order().UserID != f.user(7):
		t.Errorf("it is of user %s, not %s", a.Order().UserID, f.user(7))
	}
}

// As the service makes them, so that a store is as costly to go through as its own.
func TestIDsWithoutKeysBeginWithTheTime(t *testing.T) {
	const same = len("ord_") + 4 // The highest 20 of 48 bits of milliseconds: three days.
	for keys, want := range map[bool]bool{false: true, true: false} {
		f := filling{orders: 10, keys: keys}
		if a, b := f.id(1), f.id(2); (a[:same] == b[:same]) != want {
			t.Errorf("keys %t: orders %s and %s", keys, a, b)
		}
	}
}

func TestAURIGetsTheNameOfADatabase(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://a:1,b:2/old?replicaSet=rs0": "mongodb://a:1,b:2/new?replicaSet=rs0",
		"mongodb://a:1":                        "mongodb://a:1/new?",
		"mongodb://u:p%40@a/?tls=true":         "mongodb://u:p%40@a/new?tls=true",
	} {
		d := database{uri: pattern(uri)}
		if got := d.uriOf("new"); got != want {
			t.Errorf("%s became %s, want %s", uri, got, want)
		}
	}
}
