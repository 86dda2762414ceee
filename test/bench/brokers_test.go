package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"orders/test/bench/brokers"
	"orders/test/bench/report"
	"orders/test/guard"
	"orders/test/mongotest"
)

func TestBrokersAreMeasured(t *testing.T) {
	for _, name := range []string{"kafka", "rabbitmq"} {
		t.Run(name, func(t *testing.T) { testBroker(t, name) })
	}
}

func testBroker(t *testing.T, name string) {
	t.Helper()
	guard.SkipIfShort(t)
	results := filepath.Join(t.TempDir(), "results.json")
	err := run([]string{
		"--only=brokers", "--brokers=" + name, "--seconds=0.5", "--rounds=1", "--full-load=0.3",
		"--mongodb-uri", mongotest.URI(t), "--json", results,
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.ReadJSON(results)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Told) == 0 && len(r.Notes) > 0 && os.Getenv("TEST_BROKERS") != "required" {
		t.Skip(r.Notes)
	}
	if len(r.Told) != 2*len(tellers) || len(r.KeptUp) != 1 {
		t.Fatalf("some part is missing: %+v", r.Messages)
	}
	for _, row := range r.Told {
		f, tells := row.Rounds[0], row.Contender != report.Ours
		if f.Rate <= 0 || (f.Told > 0) != tells || f.Told > f.Rate {
			t.Errorf("%s, %d connections: %+v", row.Contender, row.Connections, f)
		}
	}
	if k := r.KeptUp[0]; k.Broker != name || k.Rate <= 0 || k.Seconds != 0.3 {
		t.Errorf("at full load: %+v", k)
	}
}

func TestABrokerThatNobodyKnowsIsNotStarted(t *testing.T) {
	_, err := brokers.Start(t.Context(), "pigeons", t.TempDir())
	if err == nil || errors.Is(err, brokers.ErrMissing) {
		t.Errorf("error %v", err)
	}
}
