package e2e_test

import (
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"orders/test/mongotest"
)

// withFiles starts the service where it may have only so many files open.
func withFiles(t *testing.T, files int, env ...string) *process {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	p := launchAs(t, func(cmd *exec.Cmd) {
		script := fmt.Sprintf("ulimit -n %d && exec %s", files, file)
		cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", script}
	}, "", append(env, "PORT="+strconv.Itoa(freePort(t))))
	p.serves(t)
	return p
}

// hold opens connections that each have sent text, and returns how to close them.
func (p *process) hold(t *testing.T, many int, text string) (release func()) {
	t.Helper()
	var held []net.Conn
	for range many {
		held = append(held, p.dial(t, text))
	}
	release = func() {
		for _, c := range held {
			_ = c.Close()
		}
	}
	t.Cleanup(release)
	return release
}

const slowBody = "POST /commands/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" +
	"Content-Length: 1048000\r\n\r\n{\"userId\":\"u"

// A crowd takes no descriptor that other work needs, and ends nothing.
func TestMoreClientsThanFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	for name, env := range map[string][]string{
		"memory": nil, "mongo": {"MONGODB_URI=" + mongotest.URI(t)},
	} {
		t.Run(name, func(t *testing.T) {
			p := withFiles(t, 64, env...)
			for _, text := range []string{
				"", slowBody, "GET /queries/orders/stream HTTP/1.1\r\nHost: x\r\n\r\n",
			} {
				release := p.hold(t, 80, text)
				time.Sleep(300 * time.Millisecond)
				if text != slowBody { // Those make room after a second.
					p.http.CloseIdleConnections() // Any of them may be closed just now.
					p.create(t)
				}
				release()
				p.recovers(t)
			}
			p.suffersNothing(t)
			p.terminate(t)
			p.ends(t, 0, "Stopping")
		})
	}
}

// suffersNothing wants nobody to have lacked a file but the one who accepts connections: where
// those that are closed to make room close late, as on a busy machine, he waits for them.
func (p *process) suffersNothing(t *testing.T) {
	t.Helper()
	for line := range strings.Lines(p.output.String()) {
		for _, flaw := range []string{"panic", "ended by itself", "too many open files"} {
			isWaiting := strings.Contains(line, `msg="Connections wait to be accepted"`)
			if strings.Contains(line, flaw) && !isWaiting {
				t.Errorf("it says %q: %s", flaw, line)
			}
		}
	}
}

// recovers waits until orders can be created and read again.
func (p *process) recovers(t *testing.T) {
	t.Helper()
	var last string
	for began := time.Now(); time.Since(began) < patience; time.Sleep(50 * time.Millisecond) {
		p.http.CloseIdleConnections()
		a, err := p.send(t.Context(), "POST", "/commands/orders", body)
		if err == nil && a.status == 201 {
			p.shown(t, a)
			return
		}
		last = fmt.Sprint(a.status, a.json, err)
	}
	t.Fatalf("it does not recover: %s\n%s", last, p.output)
}
