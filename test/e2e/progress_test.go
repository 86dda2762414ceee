package e2e_test

import (
	"context"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/creack/pty"

	"orders/test/mongotest"
)

// On a terminal a rebuild shows one line that moves: orders done, their rate, and the time left.
// Elsewhere it writes plain lines.
func TestARebuildShowsItsProgress(t *testing.T) {
	skipShort(t)
	env := []string{"MONGODB_URI=" + mongotest.URI(t)}
	service := start(t, env...)
	for range 40 {
		service.create(t)
	}
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	args := []string{"projection", "rebuild", "orders", "--rate", "10"}
	cmd := exec.CommandContext(ctx, file, args...)
	cmd.Env = append([]string{"TERM=xterm", "LOG_LEVEL=error"}, env...)
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 100})
	if err != nil {
		t.Fatal(err)
	}
	said, _ := io.ReadAll(terminal) // It ends with EIO when the program does.
	if err := cmd.Wait(); err != nil {
		t.Errorf("the rebuild: %v: %s", err, said)
	}
	moving := regexp.MustCompile(`\r.*orders: \d+ orders, \d+/s.*%.*\[.*s:.*s\]`)
	if !moving.Match(said) || strings.Count(string(said), "\n") != 1 {
		t.Errorf("on a terminal it shows %q", said)
	}
	plain := operates(t, 0, env, args...)
	if strings.Contains(plain, "\r") ||
		!regexp.MustCompile(`(?m)^orders: generation 3 is live: 40 orders in \S+, \d+/s$`).
			MatchString(plain) {
		t.Errorf("elsewhere it shows %q", plain)
	}
}
