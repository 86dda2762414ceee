package metrics

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

var update = flag.Bool("update", false, "write the table of docs/operations.md")

// all are the metrics of a process that has everything.
func all() *Metrics {
	m := New(Build{Version: "1.2.3", Commit: "0123456789ab", GoVersion: "go1.26.8"})
	m.Queue(1, func() int { return 0 })
	m.Bytes(1, func() int64 { return 0 })
	m.Streams(func() map[string]int { return nil })
	return m
}

// described is how client_golang spells a description, the only way to read one.
var described = regexp.MustCompile(
	`fqName: "(.*?)", help: "(.*?)",(?: unit: ".*?",)? constLabels: \{(.*?)\}, ` +
		`variableLabels: \{(.*?)\}`)

// rows are the metrics as rows of a table, by name.
func rows(t *testing.T, m *Metrics) (all []string) {
	t.Helper()
	byName := map[string]string{}
	for _, c := range m.own {
		descs := make(chan *prometheus.Desc, 20)
		c.Describe(descs)
		close(descs)
		for d := range descs {
			of := described.FindStringSubmatch(d.String())
			if of == nil {
				t.Fatalf("nobody can read %s", d)
			}
			var labels []string
			for _, l := range strings.Split(of[3]+","+of[4], ",") {
				if name, _, _ := strings.Cut(l, "="); name != "" {
					labels = append(labels, "`"+name+"`")
				}
			}
			byName[of[1]] = fmt.Sprintf("| `%s` | %s | %s |", of[1], strings.Join(labels, ", "),
				of[2])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		all = append(all, byName[name])
	}
	return all
}

const page = "../../docs/operations.md"

var table = regexp.MustCompile(
	`(?m)^\| Metric \| Labels \| Meaning \|\n\|---\|---\|---\|\n((?:\|.*\n)*)`,
)

// The table of the page has each metric with its labels and its help, and nothing else.
func TestThePageHasAllMetrics(t *testing.T) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	at := table.FindSubmatchIndex(text)
	if at == nil {
		t.Fatal("docs/operations.md has no table of metrics")
	}
	want := strings.Join(rows(t, all()), "\n") + "\n"
	if *update {
		changed := string(text[:at[2]]) + want + string(text[at[3]:])
		if err := os.WriteFile(page, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text[at[2]:at[3]]) != want {
		t.Errorf("%s is not what the metrics are; go test ./adapters/metrics -run Page -update",
			page)
	}
}

// Whatever is measured is described, so that the page has it.
func TestNothingIsUndescribed(t *testing.T) {
	m := all()
	m.Subscription(stands(lagOfOne, nil))
	m.Database(Database{
		Side: "write", Pool: func() Pool { return Pool{Limit: 1} },
		Disk: func(context.Context) (size, used int64, known bool, err error) {
			return 2, 1, true, nil
		},
	})
	m.Answered(Request{Operation: "x", Status: 200})
	m.DealtWith("done", "")
	of := strings.Join(rows(t, m), "\n")
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		name := f.GetName()
		isOthers := strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_")
		if !isOthers && !strings.Contains(of, "`"+name+"`") {
			t.Errorf("%s is not described", name)
		}
	}
}
