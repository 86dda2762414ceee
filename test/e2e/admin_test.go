package e2e_test

import (
	"strconv"
	"testing"
	"time"
)

// admin starts the service with an admin port, where it may have 64 files open.
func admin(t *testing.T, env ...string) (p *process, probes client, port string) {
	t.Helper()
	port = strconv.Itoa(freePort(t))
	p = withFiles(t, 64, append(env, "ADMIN_PORT="+port)...)
	probes = p.client
	probes.base = "http://127.0.0.1:" + port
	return p, probes, port
}

func TestProbesHaveAPortOfTheirOwn(t *testing.T) {
	p, probes, port := admin(t)
	p.create(t) // Fetches the document as well.
	p.hold(t, 80, "GET /queries/orders/stream HTTP/1.1\r\nHost: x\r\n\r\n")
	for range 3 {
		for _, path := range []string{"/livez", "/readyz", "/health", "/admin/projections"} {
			probes.must(t, 200, "GET", path, "")
		}
		isHealthy(t, "ADMIN_PORT="+port, "PORT="+strconv.Itoa(p.port))
		time.Sleep(100 * time.Millisecond)
	}
	p.kill()
	launch(t, "", []string{"ADMIN_PORT=" + port}, "healthcheck").ends(t, 1, `:`+port+`/health`)
}

func TestProbesAreToldOfTheShutdown(t *testing.T) {
	p, probes, _ := admin(t, "DRAIN_DELAY=1m")
	p.create(t) // Fetches the document as well.
	p.terminate(t)
	eventually(t, "probes are told", func() bool { return probes.status(t, "/readyz") == 503 })
	p.terminate(t)
	p.ends(t, -1, "Stopping")
}

func TestTheAdminPortMustBeAnother(t *testing.T) {
	for _, tt := range []struct{ env, sentence string }{
		{"ADMIN_PORT=4000", `^orders: ADMIN_PORT and PORT are both 4000; choose another\n$`},
		{"ADMIN_PORT=65536", `^orders: ADMIN_PORT 65536 is not from 0 to 65535\n$`},
		{"BYTES_IN_FLIGHT=1MiB", `^orders: BYTES_IN_FLIGHT 1MiB is less than 64MiB\n$`},
	} {
		p := launch(t, "", []string{"PORT=4000", tt.env, "LOG_LEVEL=error"})
		p.ends(t, 1, tt.sentence)
	}
}
