// Package observe_test checks what deploy/observe has for those who watch the service: the rules
// and the dashboard, by themselves and with a real Prometheus that scrapes the real service.
package observe_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"go.yaml.in/yaml/v3"
)

const deployed = "../../deploy/observe"

// A rule is one of Prometheus's: an alert, or a series that is recorded.
type rule struct {
	Record, Alert, Expr, For string

	Labels, Annotations map[string]string
}

func (r rule) name() string { return r.Alert + r.Record }

// rules are all that Prometheus evaluates.
func rules(t *testing.T) (all []rule) {
	t.Helper()
	for _, name := range glob(t, "rules/*.yml") {
		var file struct{ Groups []struct{ Rules []rule } }
		parse(t, name, &file)
		for _, g := range file.Groups {
			all = append(all, g.Rules...)
		}
	}
	return all
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(deployed, pattern))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %v, %v", pattern, names, err)
	}
	return names
}

func parse(t *testing.T, name string, to any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(read(t, name)), to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// grafana returns the dashboard, which has nothing that Grafana's schema does not know.
func grafana(t *testing.T) (d dashboard.Dashboard) {
	t.Helper()
	plugins.RegisterDefaultPlugins()
	text := []byte(read(t, deployed+"/grafana/dashboards/orders.json"))
	// The library returns an error without text where nothing is wrong, and then leaves things out.
	if err := new(dashboard.Dashboard).UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// panels are those that show something, without the rows.
func panels(t *testing.T) (all []dashboard.Panel) {
	t.Helper()
	for _, p := range grafana(t).Panels {
		if p.Panel != nil {
			all = append(all, *p.Panel)
		}
	}
	return all
}

// A query is an expression that somebody wants to know the value of.
type query struct{ of, expr string }

// queries are those of the panels, as Grafana would send them.
func queries(t *testing.T) (all []query) {
	t.Helper()
	for _, p := range panels(t) {
		for _, target := range p.Targets {
			q := target.(*prometheus.Dataquery)
			all = append(all, query{*p.Title + " " + *q.RefId, asked.Replace(q.Expr)})
		}
	}
	return all
}

// legends are how the panels name what their queries find.
func legends(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, p := range panels(t) {
		for _, target := range p.Targets {
			if q := target.(*prometheus.Dataquery); q.LegendFormat != nil {
				all[*p.Title+" "+*q.RefId] = *q.LegendFormat
			}
		}
	}
	return all
}

// asked is what Grafana puts in place of variables.
var asked = strings.NewReplacer(
	"$__rate_interval", "15s", "$job", job, "$instance", ".*",
)

// variables are the queries of the variables that a person chooses from: the metric and its label.
func variables(t *testing.T) (all []query) {
	t.Helper()
	for _, v := range grafana(t).Templating.List {
		if v.Type != dashboard.VariableTypeQuery {
			continue
		}
		text, err := json.Marshal(v.Query.Map["query"])
		if err != nil {
			t.Fatal(err)
		}
		var of string
		if err := json.Unmarshal(text, &of); err != nil {
			t.Fatal(err)
		}
		selector, label, found := strings.Cut(strings.TrimSuffix(of, ")"), ", ")
		if !found {
			t.Fatalf("the variable %s asks %q", v.Name, of)
		}
		selector = strings.TrimPrefix(selector, "label_values(")
		all = append(all, query{label, asked.Replace(selector)})
	}
	return all
}
