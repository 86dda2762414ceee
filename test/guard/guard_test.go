package guard

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"orders/test/process"
)

func TestVictim(t *testing.T) {
	Victim(t, func(tb testing.TB) {
		dir, err := Session()
		if err != nil {
			tb.Fatal(err)
		}
		server := &process.Process{
			Binary: "sh", Dir: filepath.Join(dir, "1"),
			Args: []string{"-c", "while :; do sleep 1; done", filepath.Join(dir, "1")},
		}
		if err := server.Start(); err != nil {
			tb.Fatal(err)
		}
	})
}

func TestNoServerOutlivesItsTestBinary(t *testing.T) { NoServerIsLeft(t, "TestVictim") }

func TestTheNextGuardClearsWhatALostOneLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	old, live := leftover(t, "dead"), leftover(t, "alive")
	file, err := lock(live, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	fresh := filepath.Join(os.TempDir(), sessionPrefix+"fresh")
	if err := os.Mkdir(fresh, 0o700); err != nil {
		t.Fatal(err)
	}
	clearLeftovers()
	if exists(old) || !exists(live) || !exists(fresh) {
		t.Errorf("dead %t, alive %t, fresh %t", exists(old), exists(live), exists(fresh))
	}
}

// leftover makes the folder of a session that is old enough to be looked at.
func leftover(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(os.TempDir(), sessionPrefix+name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, lockName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-2 * settled)
	if err := os.Chtimes(dir, before, before); err != nil {
		t.Fatal(err)
	}
	return dir
}
