package report

import (
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

func TestRunsAreJoinedPartByPart(t *testing.T) {
	whole := example()
	writes, rest, later := whole, whole, whole
	writes.Reads, writes.Rebuilds, writes.Starts = nil, nil, nil
	writes.Setup.Orders = []int{1}
	rest.Writes, rest.Setup.Connections, rest.Machine.Before = nil, []int{1}, ""
	rest.Endurances, writes.Endurances = nil, nil
	rest.Machine.Commit, rest.Setup.Seconds, rest.Notes = "cba", 0.5, nil
	later.Starts = []Start{{OnMemory, []float64{99}}}
	later.Endurances = []Endurance{{Minutes: 2}}

	joined, err := rest.Join(writes)
	if err != nil {
		t.Fatal(err)
	}
	joined, err = joined.Join(later)
	joined.Machine.Commit, joined.Setup.Seconds = whole.Machine.Commit, whole.Setup.Seconds
	const run = "Of another run, on 2026-01-02 at commit abc, in 5 rounds of 5 s: "
	notes := slices.Concat([]string{run + "writes."}, whole.Notes,
		[]string{run + "endurance."}, whole.Notes)
	if err != nil || !slices.Equal(joined.Notes, notes) {
		t.Errorf("%v, it notes %q", err, joined.Notes)
	}
	joined.Notes, joined.Endurances = whole.Notes, whole.Endurances
	if !reflect.DeepEqual(joined, whole) {
		t.Errorf("it became %+v", joined)
	}

	other := whole
	other.Machine.Cores++
	if _, err := writes.Join(other); err == nil {
		t.Error("it joins what was measured on two machines")
	}
}

func TestResultsAreReadAsTheyWereWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.json")
	if err := example().WriteJSON(file); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadJSON(file); err != nil || !reflect.DeepEqual(got, example()) {
		t.Errorf("%v, %+v", err, got)
	}
}
