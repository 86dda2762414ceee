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
	p.must(t, 200, "GET", "/readyz", "")
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
	free.must(t, 200, "GET", "/readyz", "")
	start(t, env, "ROLES=projector")
	eventually(t, "it is ready again", func() bool { return p.status(t, "/readyz") == 200 })
}

func TestReadinessEndsBeforeTheService(t *testing.T) {
	p := start(t, "DRAIN_DELAY=2s")
	p.must(t, 200, "GET", "/readyz", "")
	p.terminate(t)
	eventually(t, "it is not ready", func() bool { return p.status(t, "/readyz") == 503 })
	p.create(t)
	p.ends(t, 0, "")
}

// Who asks twice does not want to wait.
func TestASecondSignalEndsItAtOnce(t *testing.T) {
	p := start(t, "DRAIN_DELAY=1m")
	p.terminate(t)
	eventually(t, "it is not ready", func() bool { return p.status(t, "/readyz") == 503 })
	p.terminate(t)
	p.ends(t, -1, "")
}

// status asks and returns the status alone, or 0 when nobody answers.
func (p *process) status(t *testing.T, path string) int {
	t.Helper()
	a, err := p.send(t.Context(), "GET", path, "")
	if err != nil {
		time.Sleep(50 * time.Millisecond)
		return 0
	}
	return a.status
}
