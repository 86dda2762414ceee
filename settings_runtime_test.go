package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"testing"
)

// keepRuntime puts the runtime's settings back after the test.
func keepRuntime(t *testing.T) {
	t.Helper()
	limit, percent, procs := debug.SetMemoryLimit(-1), garbage(), runtime.GOMAXPROCS(0)
	t.Cleanup(func() {
		debug.SetMemoryLimit(limit)
		debug.SetGCPercent(percent)
		runtime.GOMAXPROCS(procs)
	})
}

func garbage() int {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent
}

func TestDotEnvSetsGoRuntime(t *testing.T) {
	keepRuntime(t)
	for text, want := range map[string]int64{
		"0": 0, "157286400": 150 << 20, "512B": 512, "64KiB": 64 << 10, "150MiB": 150 << 20,
		"2GiB": 2 << 30, "1TiB": 1 << 40, "off": math.MaxInt64,
	} {
		if _, err := parse(t, nil, "GOMEMLIMIT="+text+"\r\n"); err != nil {
			t.Fatal(err)
		}
		if got := debug.SetMemoryLimit(-1); got != want {
			t.Errorf("GOMEMLIMIT=%s makes %d, want %d", text, got, want)
		}
		if os.Getenv("GOMEMLIMIT") == "" {
			t.Error("the service would set a limit of its own")
		}
	}
	for text, want := range map[string]int{"50": 50, "0": 0, "off": -1} {
		if _, err := parse(t, nil, "GOGC="+text); err != nil {
			t.Fatal(err)
		}
		if collectAt(gcServing); garbage() != want {
			t.Errorf("GOGC=%s makes %d, want %d", text, garbage(), want)
		}
	}
	if _, err := parse(t, nil, "GOMAXPROCS=1"); err != nil || runtime.GOMAXPROCS(0) != 1 {
		t.Errorf("GOMAXPROCS=1 makes %d, %v", runtime.GOMAXPROCS(0), err)
	}
}

func TestTheEnvironmentSetsGoRuntimeBeforeDotEnv(t *testing.T) {
	keepRuntime(t)
	before := debug.SetMemoryLimit(-1)
	_, err := parse(t, map[string]string{"GOMEMLIMIT": "1GiB"}, "GOMEMLIMIT=150MiB\nGOGC=\n")
	if got := debug.SetMemoryLimit(-1); err != nil || got != before {
		t.Errorf("the limit is %d, %v", got, err)
	}
}

func TestWhatGoRuntimeCannotReadIsRefused(t *testing.T) {
	keepRuntime(t)
	before := debug.SetMemoryLimit(-1)
	for _, tt := range []struct{ name, value string }{
		{"GOMEMLIMIT", "150MB"}, {"GOMEMLIMIT", "150 MiB"}, {"GOMEMLIMIT", "much"},
		{"GOMEMLIMIT", "-1"}, {"GOMEMLIMIT", "MiB"}, {"GOMEMLIMIT", "9000000000GiB"},
		{"GOMEMLIMIT", "1MiBB"}, {"GOMEMLIMIT", "1.5GiB"}, {"GOMEMLIMIT", "150mib"},
		{"GOGC", "50%"}, {"GOGC", "-5"}, {"GOGC", "never"},
		{"GOMAXPROCS", "0"}, {"GOMAXPROCS", "all"},
	} {
		_, err := parse(t, nil, tt.name+"='"+tt.value+"'\n")
		wantRefusal(t, err, tt.name, "is n")
	}
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("the limit is %d", got)
	}
}
