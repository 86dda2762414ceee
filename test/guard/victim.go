package guard

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

const victimVariable = "ORDERS_TEST_VICTIM"

// Victim is the test that NoServerIsLeft runs in another process: it starts a server, and ends in
// the way it is told.
func Victim(t *testing.T, start func(testing.TB)) {
	t.Helper()
	end := os.Getenv(victimVariable)
	if end == "" {
		t.Skip("only for another test")
	}
	start(t)
	dir, err := Session()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("session=%s\n", dir)
	if end == "panic" {
		panic("as told")
	}
	select {}
}

// NoServerIsLeft checks that none outlives its test binary, which runs the test of that name, a
// Victim.
func NoServerIsLeft(t *testing.T, victim string) {
	t.Helper()
	for _, end := range []string{"panic", "kill"} {
		t.Run(end, func(t *testing.T) {
			args := []string{"-test.run=^" + victim + "$", "-test.v"}
			command := exec.CommandContext(t.Context(), os.Args[0], args...)
			command.Env = append(os.Environ(), victimVariable+"="+end)
			dir := sessionOf(t, command)
			if end == "kill" && len(servers(dir)) == 0 && !exists(filepath.Join(dir, dockerMark)) {
				t.Fatal("the server to be ended does not run")
			}
			_ = command.Process.Kill() // It may have ended already.
			_ = command.Wait()
			begun := time.Now()
			for exists(dir) && time.Since(begun) < 2*time.Minute {
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
