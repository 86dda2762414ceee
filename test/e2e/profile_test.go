package e2e_test

import (
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The tool that comes with Go reads the profiles of a real process over HTTP, at work and at rest.
func TestGoToolPprofReadsProfiles(t *testing.T) {
	p, probes, _ := admin(t, "HOST=127.0.0.1", "MONGODB_URI=")
	stop := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				_, _ = p.send(t.Context(), "GET", "/queries/orders", "")
			}
		}
	}()
	defer func() { close(stop); <-done }()
	for kind, says := range map[string]string{
		"profile?seconds=2": "Type: cpu", "heap": "Type: inuse_space",
		"goroutine": "Type: goroutine", "allocs": "Type: alloc_space",
		"mutex?seconds=1": "Type: delay", "block?seconds=1": "Type: delay",
	} {
		target := probes.base + "/debug/pprof/" + kind
		cmd := exec.CommandContext(t.Context(), "go", "tool", "pprof", "-top", target)
		cmd.Env = append(cmd.Environ(), "PPROF_TMPDIR="+t.TempDir())
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), says) {
			t.Errorf("%s: %v\n%s", kind, err, out)
		}
	}
	public, err := url.JoinPath(p.base, "debug/pprof/heap")
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "go", "tool", "pprof", "-top", public).
		CombinedOutput()
	if err == nil || !strings.Contains(string(out), "404") {
		t.Errorf("the port of the API has profiles: %v\n%s", err, out)
	}
}
