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
	rest.Machine.Commit, rest.Setup.Seconds, rest.Notes = "cba", 0.5, nil
	later.Starts = []Start{{OnMemory, []float64{99}}}

	joined, err := rest.Join(writes)
	if err != nil {
		t.Fatal(err)
	}
	joined, err = joined.Join(later)
	joined.Machine.Commit, joined.Setup.Seconds = whole.Machine.Commit, whole.Setup.Seconds
	run := "Of another run, on 2026-01-02 at commit abc, in 5 rounds of 5 s: writes."
	if err != nil || !slices.Equal(joined.Notes, append([]string{run}, whole.Notes...)) {
		t.Errorf("%v, it notes %q", err, joined.Notes)
	}
	joined.Notes = whole.Notes
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
