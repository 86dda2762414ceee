package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	testprocess "orders/test/process"
)

// built is the folder of the real program, once a test has built it.
var built string

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orders-e2e-")
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

// A process is the real program, running.
type process struct {
	client

	cmd    *exec.Cmd
	output *output
	exited chan struct{}
	port   int
}

// output gathers what a process writes.
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

// launch starts the program in an empty folder, or in the one that dir names, with nothing but
// env as its environment.
func launch(t *testing.T, dir string, env []string, args ...string) *process {
	t.Helper()
	return launchAs(t, nil, dir, env, args...)
}

// launchAs lets change alter the command before it is started.
func launchAs(
	t *testing.T, change func(*exec.Cmd), dir string, env []string, args ...string,
) *process {
	t.Helper()
	skipShort(t)
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return launchFile(t, file, change, dir, env, args...)
}

// launchFile starts a program that may be another version than this one.
func launchFile(
	t *testing.T, file string, change func(*exec.Cmd), dir string, env []string, args ...string,
) *process {
	t.Helper()
	if dir == "" {
		dir = t.TempDir()
	}
	p := &process{
		cmd:    exec.CommandContext(context.Background(), file, args...), // Ended by kill.
		output: &output{}, exited: make(chan struct{}),
	}
	p.cmd.Dir, p.cmd.Env = dir, env
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if change != nil {
		change(p.cmd)
	}
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

var running = regexp.MustCompile(`Server running".*[ "]port"?[=:](\d+)`)

// start launches the program on a free port and waits until it serves.
func start(t *testing.T, env ...string) *process {
	t.Helper()
	return startOn(t, freePort(t), env...)
}

func startOn(t *testing.T, port int, env ...string) *process {
	t.Helper()
	p := launch(t, "", append(env, "PORT="+strconv.Itoa(port)))
	p.serves(t)
	return p
}

func (p *process) serves(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if m := running.FindStringSubmatch(p.output.String()); m != nil {
			p.port, _ = strconv.Atoi(m[1])
			p.client = newClient("http://127.0.0.1:" + m[1])
			return
		}
		select {
		case <-p.exited:
			t.Fatalf("it ended: %s", p.output)
		case <-time.After(5 * time.Millisecond):
		}
	}
	t.Fatalf("it does not serve: %s", p.output)
}

// answers waits until the process serves on port, for one whose log cannot be read.
func (p *process) answers(t *testing.T, port int) {
	t.Helper()
	p.port, p.client = port, newClient("http://127.0.0.1:"+strconv.Itoa(port))
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if a, err := p.send(t.Context(), "GET", "/health", ""); err == nil && a.status == 200 {
			return
		}
		select {
		case <-p.exited:
			t.Fatalf("it ended: %s", p.output)
		case <-time.After(5 * time.Millisecond):
		}
	}
	t.Fatalf("it does not serve: %s", p.output)
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// ends waits for the process to end and wants its exit code and a line of its output.
func (p *process) ends(t *testing.T, code int, line string) {
	t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		t.Fatalf("it goes on: %s", p.output)
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		t.Errorf("exit code %d, want %d: %s", got, code, p.output)
	}
	if !regexp.MustCompile(line).MatchString(p.output.String()) {
		t.Errorf("it says %q, want %q", p.output, line)
	}
}

// terminate ends the process as a supervisor does.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
}

// freePort is one that nobody has, not even another server of these tests that is yet to start.
func freePort(t *testing.T) int {
	t.Helper()
	return testprocess.FreePort()
}
