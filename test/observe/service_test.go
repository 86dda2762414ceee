package observe_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"orders/test/guard"
	"orders/test/process"
)

var build = sync.OnceValues(func() (string, error) {
	session, err := guard.Session()
	if err != nil {
		return "", err
	}
	file := filepath.Join(session, "orders")
	out, err := exec.Command("go", "build", "-o", file, "orders").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
})

// A program is the real program, running.
type program struct {
	*process.Process

	admin string // Where its metrics are.
}

// serve starts the program with some roles, and returns once it serves.
func serve(t *testing.T, env []string, roles string) program {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	port, admin := process.FreePort(), process.FreePort()
	p := start(t, &process.Process{Binary: file, Port: port, Dir: place(t), Env: append([]string{
		"ROLES=" + roles, "HOST=" + process.Host, "PORT=" + strconv.Itoa(port),
		"ADMIN_PORT=" + strconv.Itoa(admin), "LOG_LEVEL=warn",
	}, env...)})
	return program{p, process.Address(admin)}
}

// operate starts a command of the program, which ends with the test at the latest.
func operate(t *testing.T, env []string, args ...string) *process.Process {
	t.Helper()
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p := &process.Process{
		Binary: file, Args: args, Env: env, Dir: place(t),
		Tail: func(log string) string { return strings.TrimSpace(log) },
	}
	guard.Remove(t, p)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// metrics are those of the program, as Prometheus gets them.
func (p program) metrics(t *testing.T) string {
	t.Helper()
	var text []byte
	eventually(t, "the metrics are told", func() (err error) {
		text, err = get(t.Context(), "http://"+p.admin+"/metrics")
		return err
	})
	return string(text)
}
