package report

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden file")

func TestTheMedianIsTheMiddle(t *testing.T) {
	for _, tt := range []struct {
		of   []float64
		want float64
	}{
		{nil, 0}, {[]float64{7}, 7}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 3, 100}, 3.5},
	} {
		if got := Median(tt.of); got != tt.want {
			t.Errorf("the median of %v is %v, want %v", tt.of, got, tt.want)
		}
	}
}

// example has one round that went wrong for everybody, which the medians must not show.
func example() Results {
	rounds := func(rate, p99 float64) []Figures {
		one := func(rate, p99 float64) Figures {
			return Figures{Rate: rate, P50: p99 / 4, P99: p99, P999: 2 * p99, LagP99: p99 / 8,
				CPU: 100 / rate, MongoCPU: 900 / rate, AllCPU: 1000 / rate, Memory: 32}
		}
		return []Figures{one(rate*0.9, p99*1.1), one(1, 10_000), one(rate*1.1, p99*0.9),
			one(rate, p99), one(rate*1.2, p99*0.8)}
	}
	return Results{
		Machine: Machine{CPU: "an abacus", Cores: 2, Memory: "3.0 GiB", Kernel: "Linux 1",
			Go: "go1", MongoDB: "6", Commit: "abc", Before: "fed", Date: "2026-01-02"},
		Setup: Setup{Seconds: 5, Rounds: 5, Connections: []int{64}, Orders: []int{100, 1000}},
		Writes: []Write{
			{Ours, 64, rounds(9000, 20)}, {OursBefore, 64, rounds(10_000, 20)},
			{TwoInserts, 64, rounds(3000, 40)},
			{Ours, Open, rounds(4500, 100)}, {TwoInserts, Open, rounds(1500, 8)},
		},
		Reads: []Read{
			{Ours, ListOfUser, 100, rounds(1000, 9)}, {List50, ListOfUser, 100, rounds(1250, 7)},
			{Ours, ListOfUser, 1000, rounds(800, 9)}, {List50, ListOfUser, 1000, rounds(800, 7)},
		},
		Rebuilds: []Rebuild{
			{Orders: 1000, Seconds: []float64{0.01}, Memory: 50},
			{Orders: 10_000, Seconds: []float64{0.5, 0.4, 9}, Memory: 51},
			{Orders: 10_000, Keys: true, Seconds: []float64{1}, Memory: 51},
		},
		Starts: []Start{{OnMemory, []float64{0.1, 0.3, 0.2}}, {OnMongoDB, []float64{3}}},
		Scale:  scaleExample(rounds), Messages: brokersExample(rounds),
		Notes: []string{"One thing could not be measured."},
	}
}

func TestTargetsAreSetBesideWhatWasMeasured(t *testing.T) {
	for claim, want := range map[string]struct {
		measured float64
		met      bool
	}{
		"orders/s of ours : ours before, 64 connections": {0.9, false},
		"p99 of ours : two inserts, 64 connections":      {0.5, true},
		"processor time per order of ours : two inserts, 64 connections": {
			1.0 / 3, false},
		"lag p99 of ours in ms, 64 connections":                 {2.5, true},
		"answers/s of list of 50 : list 50 at 100 orders":       {0.8, false},
		"cost of a list at 1000 orders : at 100":                {1.25, true},
		"rebuild of 10000 orders, orders/s":                     {20_000, false},
		"rebuild of 10000 orders with keys, orders/s":           {10_000, false},
		"peak memory of a rebuild of 10000 orders : of 1000":    {1.02, true},
		"start on a migrated MongoDB to the first answer, in s": {3, false},
	} {
		found := false
		for _, target := range example().Targets() {
			if target.Claim != claim {
				continue
			}
			found = true
			if math.Abs(target.Measured-want.measured) > 1e-9 || target.Met() != want.met {
				t.Errorf("%s: %v, met: %v", claim, target.Measured, target.Met())
			}
		}
		if !found {
			t.Errorf("there is no target %q", claim)
		}
	}
}

func TestTheMeasuredPartIsAsItWas(t *testing.T) {
	got, err := example().Markdown()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", "measured.md")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("it is not %s (`go test ./test/bench/report -update` writes it): %v\n%s",
			file, err, got)
	}
}

func TestOnlyTheMeasuredPartIsReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "performance.md")
	if err := example().WriteDocument(file); err != nil {
		t.Fatal(err)
	}
	written, _ := os.ReadFile(file)
	mine := strings.Replace(string(written), "Not written yet.", "In the sum.", 1)
	mine = strings.Replace(mine, "an abacus", "a slide rule", 1)
	if err := os.WriteFile(file, []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := example().WriteDocument(file); err != nil {
		t.Fatal(err)
	}
	again, _ := os.ReadFile(file)
	want := strings.Replace(string(written), "Not written yet.", "In the sum.", 1)
	if string(again) != want {
		t.Errorf("it became\n%s", again)
	}
	if _, err := replace("no marks", "part"); err == nil {
		t.Error("it writes into a document that has no place for it")
	}
}

func TestTheJSONHasTheTargets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.json")
	if err := example().WriteJSON(file); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(file)
	var got struct {
		Results
		Targets []Target
	}
	if err := json.Unmarshal(text, &got); err != nil || len(got.Targets) == 0 ||
		len(got.Writes) != 5 {
		t.Errorf("%v: %s", err, text)
	}
}
