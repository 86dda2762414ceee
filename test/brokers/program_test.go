package brokers_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/process"
)

// built is the folder of the real program, once a test has built it.
var built string

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orders-brokers-")
	if err != nil {
		return "", err
	}
	built = dir
	file := filepath.Join(dir, "orders")
	out, err := exec.Command("go", "build", "-o", file, "orders").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// A program is the real program, running.
type program struct {
	base   string // Of its URLs.
	cmd    *exec.Cmd
	output *output
	exited chan struct{}
}

// output gathers what a program writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// launch starts the program with nothing but env as its environment.
func launch(t *testing.T, env []string, args ...string) *program {
	t.Helper()
	guard.SkipIfShort(t)
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{
		cmd:    exec.CommandContext(context.Background(), file, args...), // Ended by kill.
		output: &output{}, exited: make(chan struct{}),
	}
	p.cmd.Dir, p.cmd.Env = t.TempDir(), env
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(p.kill)
	return p
}

// serve launches the program and waits until it serves.
func serve(t *testing.T, env []string) *program {
	t.Helper()
	port := process.FreePort()
	p := launch(t, append(env, "HOST="+process.Host, "PORT="+strconv.Itoa(port)))
	p.base = "http://" + process.Address(port)
	for !strings.Contains(p.output.String(), `msg="Server running"`) {
		select {
		case <-p.exited:
			t.Fatalf("it ended: %s", p.output)
		case <-time.After(5 * time.Millisecond):
		}
	}
	return p
}

// run runs a command of the program to its end, and reports whether it succeeded and what it said.
func run(t *testing.T, env []string, args ...string) (bool, string) {
	t.Helper()
	p := launch(t, append(env, "LOG_LEVEL=error"), args...)
	select {
	case <-p.exited:
	case <-time.After(patience):
		t.Fatalf("%v goes on: %s", args, p.output)
	}
	return p.cmd.ProcessState.Success(), p.output.String()
}

func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

func (p *program) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Error(err)
	}
}

// leads reports whether the program says that it runs a subscription.
func (p *program) leads(subscription string) bool {
	leads := false
	for line := range strings.Lines(p.output.String()) {
		switch {
		case !strings.Contains(line, " subscription="+subscription):
		case strings.Contains(line, `"This process leads"`):
			leads = true
		case strings.Contains(line, `"This process no longer leads`):
			leads = false
		}
	}
	return leads
}

// warnings are the lines of its log that are worth a look after a failure.
func (p *program) warnings() string {
	const linesMax = 30
	var all []string
	for line := range strings.Lines(p.output.String()) {
		if !strings.Contains(line, "level=INFO msg=request") {
			all = append(all, line)
		}
	}
	return strings.Join(all[max(0, len(all)-linesMax):], "")
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for begun := time.Now(); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begun) > patience {
			t.Fatalf("not after %v: %s", patience, what)
		}
	}
}
