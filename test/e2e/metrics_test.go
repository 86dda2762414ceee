package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"orders/test/mongotest"
)

// samples are what a scrape shows: the value of each series, by its name and labels.
type samples map[string]float64

var sample = regexp.MustCompile(`(?m)^([a-z_]+(?:\{.*\})?) (\S+)`)

// samplesIn reads Prometheus's text format, and has promtool check it where that is installed.
func samplesIn(t *testing.T, text string) samples {
	t.Helper()
	checkMetrics(t, text)
	all := samples{}
	for _, line := range sample.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(line[2], 64)
		if err != nil {
			t.Errorf("%s is %q", line[1], line[2])
		}
		all[line[1]] = value
	}
	return all
}

// checkMetrics has promtool check names, units and help.
func checkMetrics(t *testing.T, text string) {
	t.Helper()
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Log("promtool is not installed (Debian's package prometheus), so it checks nothing here")
		return
	}
	check := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	check.Stdin = strings.NewReader(text)
	if said, err := check.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("promtool: %v: %s", err, said)
	}
}

// scrape asks for the metrics.
func (c client) scrape(t *testing.T) samples {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v: %s", res.StatusCode, err, text)
	}
	return samplesIn(t, string(text))
}

// want wants series to have values.
func (s samples) want(t *testing.T, want samples) {
	t.Helper()
	for series, value := range want {
		if got, there := s[series]; !there || got != value {
			t.Errorf("%s is %v (there: %t), want %v", series, got, there, value)
		}
	}
}

// has reports whether series have values.
func (s samples) has(want samples) bool {
	for series, value := range want {
		if got, there := s[series]; !there || got != value {
			return false
		}
	}
	return true
}

// observedAt starts a process whose metrics are read on its admin port.
func observedAt(t *testing.T, env ...string) (p *process, metrics client) {
	t.Helper()
	port := strconv.Itoa(freePort(t))
	p = start(t, append(env, "ADMIN_PORT="+port)...)
	metrics = p.client
	metrics.base = "http://127.0.0.1:" + port
	return p, metrics
}

func TestMetricsTellWhatBecameOfCommands(t *testing.T) {
	skipShort(t)
	p, metrics := observedAt(t, "MONGODB_URI="+mongotest.URI(t))
	id := p.create(t, "Idempotency-Key: a").id()
	p.must(t, 200, "POST", "/commands/orders", body, "Idempotency-Key: a") // Replayed.
	of := "/commands/orders/" + id
	p.must(t, 200, "POST", of+"/confirm?dryRun=true", "")
	p.must(t, 200, "POST", of+"/confirm", "")
	p.must(t, 200, "POST", of+"/confirm", "") // Repeated.
	p.must(t, 409, "POST", of+"/items", `{"items":[{"sku":"a","qty":1,"price":1}]}`)
	p.must(t, 404, "GET", "/queries/orders/ord_unknown0001", "")
	var seen samples
	eventually(t, "the process leads, and all that is asked for is told", func() bool {
		seen = metrics.scrape(t)
		return seen[`orders_mongodb_disk_bytes{side="write"}`] > 0 && seen.has(samples{
			`orders_subscription_leads{subscription="orders"}`:          1,
			`orders_subscription_lease_held{subscription="orders"}`:     1,
			`orders_subscription_parked_orders{subscription="summary"}`: 0,
		})
	})
	command := func(name, outcome, code string) string {
		return fmt.Sprintf(`orders_commands_total{code=%q,command=%q,outcome=%q}`,
			code, name, outcome)
	}
	request := func(operation, status, code string) string {
		return fmt.Sprintf(`orders_http_requests_total{code=%q,operation=%q,status=%q}`,
			code, operation, status)
	}
	seen.want(t, samples{
		command("create", "done", ""): 1, command("create", "replayed", ""): 1,
		command("confirm", "rehearsed", ""): 1, command("confirm", "done", ""): 1,
		command("confirm", "repeated", ""): 1,
		request("create", "201", ""):       1, request("create", "200", ""): 1,
		request("confirm", "200", ""):                    3,
		request("order", "404", "order-not-found"):       1,
		"orders_group_commit_batch_commits_count":        3, // Also that of the replay.
		"orders_group_commit_queue_limit_commits":        4096,
		`orders_mongodb_connections_limit{side="write"}`: 100,
	})
}
