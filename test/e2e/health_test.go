package e2e_test

import (
	"strings"
	"testing"
	"time"

	"orders/test/mongotest"
)

func TestReadinessFollowsTheDatabase(t *testing.T) {
	skipShort(t)
	db := mongotest.Start(t)
	p := start(t, "MONGODB_URI="+db.URI("health"))
	p.isReady(t)
	db.Kill()
	eventually(t, "it is not ready", func() bool { return p.status(t, "/readyz") == 503 })
	p.must(t, 200, "GET", "/livez", "")
	p.must(t, 200, "GET", "/health", "").want(t, `true`, "ok")
	db.Restart()
	eventually(t, "it is ready again", func() bool { return p.status(t, "/readyz") == 200 })
	for _, line := range []string{
		`WARN msg="MongoDB is away`, `INFO msg="MongoDB is back`,
		`WARN msg="The process is not ready`, `INFO msg="The process is ready again`,
	} {
		count := func() int { return strings.Count(p.output.String(), line) }
		eventually(t, "the log says "+line, func() bool { return count() > 0 })
		if n := count(); n != 1 {
			t.Errorf("an outage has %d lines %s: %s", n, line, p.output)
		}
	}
}

// A projector that has died shows: the lag is computed by who asks.
func TestReadinessFollowsTheLagIfThereIsALimit(t *testing.T) {
	skipShort(t)
	env := "MONGODB_URI=" + mongotest.URI(t)
	projector := start(t, env, "ROLES=projector")
	p := start(t, env, "ROLES=command,query", "READY_MAX_LAG=1s")
	free := start(t, env, "ROLES=command,query")
	p.create(t)
	eventually(t, "it is ready", func() bool { return p.status(t, "/readyz") == 200 })
	projector.kill()
	p.create(t)
	eventually(t, "it is not ready", func() bool { return p.status(t, "/readyz") == 503 })
	free.isReady(t)
	start(t, env, "ROLES=projector")
	eventually(t, "it is ready again", func() bool { return p.status(t, "/readyz") == 200 })
}

func TestReadinessEndsBeforeTheService(t *testing.T) {
	p := start(t, "DRAIN_DELAY=15s") // A busy machine has to send an order meanwhile.
	p.isReady(t)
	p.terminate(t)
	eventually(t, "it is not ready", func() bool { return p.status(t, "/readyz") == 503 })
	p.create(t)
	p.ends(t, 0, "")
}

// Who asks twice does not want to wait.
func TestASecondSignalEndsItAtOnce(t *testing.T) {
	p := start(t, "DRAIN_DELAY=1m")
	p.isReady(t) // A signal before that ends it at once.
	p.terminate(t)
	eventually(t, "it is not ready", func() bool { return p.status(t, "/readyz") == 503 })
	p.terminate(t)
	p.ends(t, -1, "")
}

// isReady waits until the process is ready: on a busy machine a check may take too long.
func (c client) isReady(t *testing.T) {
	t.Helper()
	eventually(t, "it is ready", func() bool { return c.status(t, "/readyz") == 200 })
}

// isHealthy waits until the program's own health check succeeds, without a word: it gives up after
// 2 s, and a busy machine may take longer.
func isHealthy(t *testing.T, env ...string) {
	t.Helper()
	var last *process
	defer func() {
		if t.Failed() {
			t.Log(last.output)
		}
	}()
	eventually(t, "a health check succeeds", func() bool {
		last = launch(t, "", env, "healthcheck")
		<-last.exited
		return last.cmd.ProcessState.Success() && last.output.String() == ""
	})
}

// status asks and returns the status alone, or 0 when nobody answers.
func (c client) status(t *testing.T, path string) int {
	t.Helper()
	a, err := c.send(t.Context(), "GET", path, "")
	if err != nil {
		time.Sleep(50 * time.Millisecond)
		return 0
	}
	return a.status
}
