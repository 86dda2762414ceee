package mongotest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const victimVariable = "ORDERS_MONGOTEST_VICTIM"

// TestVictim is run by the next test in another process, which ends in the way it is told.
func TestVictim(t *testing.T) {
	end := os.Getenv(victimVariable)
	if end == "" {
		t.Skip("only for the next test")
	}
	Start(t)
	dir, err := session()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("session=%s\n", dir)
	if end == "panic" {
		panic("as told")
	}
	select {}
}

func TestNoServerOutlivesItsTestBinary(t *testing.T) {
	skipIfShort(t)
	for _, end := range []string{"panic", "kill"} {
		t.Run(end, func(t *testing.T) {
			args := []string{"-test.run=^TestVictim$", "-test.v"}
			victim := exec.CommandContext(t.Context(), os.Args[0], args...)
			victim.Env = append(os.Environ(), victimVariable+"="+end)
			dir := sessionOf(t, victim)
			if end == "kill" && len(servers(dir)) == 0 && !exists(filepath.Join(dir, dockerMark)) {
				t.Fatal("the server to be ended does not run")
			}
			_ = victim.Process.Kill() // It may have ended already.
			_ = victim.Wait()
			begun := time.Now()
			for exists(dir) && time.Since(begun) < 20*time.Second {
				time.Sleep(10 * time.Millisecond)
			}
			if left := servers(dir); len(left) > 0 || exists(dir) {
				t.Fatalf("after %v servers %v or folder %s are left", time.Since(begun), left, dir)
			}
			t.Logf("all gone after %v", time.Since(begun))
		})
	}
}

// sessionOf starts the victim and returns its session's folder once its server runs.
func sessionOf(t *testing.T, victim *exec.Cmd) string {
	t.Helper()
	out, err := victim.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := victim.Start(); err != nil {
		t.Fatal(err)
	}
	said := []string{}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if dir, ok := strings.CutPrefix(lines.Text(), "session="); ok {
			return dir
		}
		said = append(said, lines.Text())
	}
	t.Fatalf("no session:\n%s", strings.Join(said, "\n"))
	return ""
}

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
