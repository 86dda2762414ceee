package e2e_test

import (
	"os/exec"
	"strconv"
	"testing"
)

// The health check in a container finds the port that the first process was given by a flag.
func TestTheHealthCheckFollowsTheFlagsOfTheServer(t *testing.T) {
	port := freePort(t)
	p := contained(t, "--host=127.0.0.1", "--port="+strconv.Itoa(port))
	p.answers(t, port)
	p.healthy(t)
	p.kill()
	other := freePort(t)
	p = contained(t, "--admin-port="+strconv.Itoa(other), "serve", "--port="+strconv.Itoa(port))
	p.answers(t, port)
	p.healthy(t)
}

// contained launches the program as the first process of a PID namespace with its own /proc, as a
// container does. It needs the rights to make one.
func contained(t *testing.T, args ...string) *process {
	t.Helper()
	namespaces := []string{"--pid", "--fork", "--mount-proc", "--kill-child"}
	if err := exec.CommandContext(t.Context(), "unshare",
		append(namespaces, "true")...).Run(); err != nil {
		t.Skip("no namespaces can be made here: ", err)
	}
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return launchAs(t, func(c *exec.Cmd) {
		unshare, _ := exec.LookPath("unshare")
		c.Path, c.Args = unshare, append(append([]string{"unshare"}, namespaces...),
			append([]string{file}, args...)...)
	}, "", nil)
}

// healthy runs the health check in the container of p, without any setting.
func (p *process) healthy(t *testing.T) {
	t.Helper()
	file, _ := build()
	children, err := exec.CommandContext(t.Context(), "pgrep", "--parent",
		strconv.Itoa(p.cmd.Process.Pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	inside := string(children[:len(children)-1])
	eventually(t, "the health check succeeds", func() bool { // It gives up after 2 s.
		out, err := exec.CommandContext(t.Context(), "nsenter", "--target", inside, "--pid",
			"--mount", file, "healthcheck").CombinedOutput()
		if err != nil {
			t.Logf("the health check says %v: %s", err, out)
		}
		return err == nil
	})
}
