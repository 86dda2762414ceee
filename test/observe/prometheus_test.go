package observe_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"orders/test/guard"
	"orders/test/process"
)

// job is the name by which Prometheus knows the processes of the service.
const job = "orders"

// patience is how long something may take that happens by itself, also where much else runs.
const patience = 2 * time.Minute

// A watcher is a real Prometheus with the rules of deploy/observe.
type watcher struct{ api string }

// watch starts a Prometheus that scrapes the targets each second. Alerts fire as soon as their
// condition holds.
func watch(t *testing.T, targets ...string) watcher {
	t.Helper()
	binary, err := exec.LookPath("prometheus")
	if err != nil {
		if os.Getenv("TEST_PROMETHEUS") == "required" {
			t.Fatal(err)
		}
		t.Skip("there is no prometheus on PATH: .ci/observe installs Debian's package")
	}
	dir := place(t)
	config := fmt.Sprintf("global: {scrape_interval: 1s, evaluation_interval: 1s}\n"+
		"rule_files: [%q]\nscrape_configs:\n- job_name: %s\n  static_configs: [{targets: [%s]}]\n",
		filepath.Join(dir, "*.rules.yml"), job, strings.Join(targets, ", "))
	write(t, filepath.Join(dir, "prometheus.yml"), config)
	for _, name := range glob(t, "rules/*.yml") {
		at := strings.TrimSuffix(filepath.Base(name), ".yml") + ".rules.yml"
		write(t, filepath.Join(dir, at), waits.ReplaceAllString(read(t, name), ""))
	}
	port := process.FreePort()
	p := start(t, &process.Process{Binary: binary, Port: port, Dir: dir, Args: []string{
		"--config.file=" + filepath.Join(dir, "prometheus.yml"),
		"--storage.tsdb.path=" + filepath.Join(dir, "data"), "--log.level=warn",
		"--web.listen-address=" + process.Address(port),
	}})
	w := watcher{"http://" + p.Address() + "/api/v1/"}
	eventually(t, "Prometheus reaches every process", func() error {
		values, err := w.values(t.Context(), "sum(up)")
		if err == nil && !slices.Equal(values, []float64{float64(len(targets))}) {
			err = fmt.Errorf("it reaches %v", values)
		}
		return err
	})
	return w
}

// waits are those of alerts, until they fire.
var waits = regexp.MustCompile(`(?m)^ +for: .*\n`)

// place returns a folder that is removed with what runs in it.
func place(t *testing.T) string {
	t.Helper()
	session, err := guard.Session()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp(session, "observed-")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// start starts a server, and returns once it listens. It ends with the test.
func start(t *testing.T, p *process.Process) *process.Process {
	t.Helper()
	p.Tail = func(log string) string { return log[max(0, len(log)-4000):] }
	guard.Remove(t, p)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := p.Start()
	if err == nil {
		err = process.AwaitListening(ctx, p.Address(), p.Exited)
	}
	if err != nil {
		t.Fatalf("%s: %v: %s", p.Binary, err, p.Log())
	}
	return p
}

// ask sends a question to Prometheus, and decodes its data.
func (w watcher) ask(ctx context.Context, path string, values url.Values, data any) error {
	body, err := get(ctx, w.api+path+"?"+values.Encode())
	if err != nil {
		return err
	}
	return json.Unmarshal(body, &struct{ Data any }{data})
}

func get(ctx context.Context, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.1000s", answer.Status, body)
	}
	return body, err
}

// values are those that an expression has now, of each series.
func (w watcher) values(ctx context.Context, expr string) (values []float64, err error) {
	var data struct{ Result []struct{ Value point } }
	err = w.ask(ctx, "query", url.Values{"query": {expr}}, &data)
	for _, series := range data.Result {
		values = append(values, series.Value.number())
	}
	return values, err
}

// A point is a time and the text of a number.
type point [2]any

func (p point) number() float64 {
	n, err := strconv.ParseFloat(fmt.Sprint(p[1]), 64)
	if err != nil {
		return math.NaN()
	}
	return n
}

// is reports whether there is a number.
func (p point) is() bool { return !math.IsNaN(p.number()) }

// shows reports whether a panel that draws the last minutes would draw something.
func (w watcher) shows(ctx context.Context, expr string) error {
	now := time.Now()
	var data struct{ Result []struct{ Values []point } }
	err := w.ask(ctx, "query_range", url.Values{
		"query": {expr}, "step": {"1"}, "end": {strconv.FormatInt(now.Unix(), 10)},
		"start": {strconv.FormatInt(now.Add(-patience).Unix(), 10)},
	}, &data)
	for _, series := range data.Result {
		if slices.ContainsFunc(series.Values, point.is) {
			return err
		}
	}
	if err == nil {
		err = fmt.Errorf("%d series have no value", len(data.Result))
	}
	return err
}

// offers are the values that a variable has, as a person may choose them.
func (w watcher) offers(ctx context.Context, label, selector string) (values []string, err error) {
	err = w.ask(ctx, "label/"+label+"/values", url.Values{"match[]": {selector}}, &values)
	return values, err
}

// fires waits until an alert does, and returns the values of a label of all those that do.
func (w watcher) fires(t *testing.T, alert, label string, want ...string) {
	t.Helper()
	eventually(t, alert+" fires", func() error {
		firing, err := w.firing(t.Context(), alert, label)
		if err == nil && !slices.Equal(firing, want) {
			err = fmt.Errorf("it fires for %q, want %q", firing, want)
		}
		return err
	})
}

// firing are the values of a label of an alert that fires.
func (w watcher) firing(ctx context.Context, alert, label string) (firing []string, err error) {
	var data struct {
		Alerts []struct {
			State  string
			Labels map[string]string
		}
	}
	err = w.ask(ctx, "alerts", nil, &data)
	for _, a := range data.Alerts {
		if a.State == "firing" && a.Labels["alertname"] == alert {
			firing = append(firing, a.Labels[label])
		}
	}
	slices.Sort(firing)
	return firing, err
}

// eventually waits until there is no error.
func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := process.Poll(ctx, check); err != nil {
		t.Fatalf("it does not happen that %s: %v", what, err)
	}
}
