package observe_test

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metricsql"
)

// Names are the metrics that there are, each with its labels.
type names map[string][]string

// ofTargets are the labels that Prometheus gives to all that a process tells.
var ofTargets = []string{"job", "instance", "namespace"}

// labelShown is a label that an annotation or a legend shows.
var labelShown = regexp.MustCompile(`\$labels\.(\w+)|\{\{(\w+)\}\}`)

// namesOf returns what Prometheus knows of the processes, and what the rules record.
func namesOf(t *testing.T, w watcher) names {
	t.Helper()
	var series []map[string]string
	err := w.ask(t.Context(), "series", url.Values{"match[]": {`{job="` + job + `"}`}}, &series)
	if err != nil {
		t.Fatal(err)
	}
	n := names{}
	for _, labels := range series {
		name := labels["__name__"]
		n[name] = slices.AppendSeq(n[name], maps.Keys(labels))
	}
	for _, r := range rules(t) {
		if r.Record != "" {
			n[r.Record], _ = n.labels(r.Expr)
		}
	}
	return n
}

// labels returns those that the metrics of an expression have, and what is wrong with it.
func (n names) labels(expr string) (labels, wrong []string) {
	e, err := metricsql.Parse(expr)
	if err != nil {
		return nil, []string{err.Error()}
	}
	known := map[string]bool{}
	for _, l := range ofTargets {
		known[l] = true
	}
	// Parts come before the whole.
	metricsql.VisitAll(e, func(e metricsql.Expr) {
		switch e := e.(type) {
		case *metricsql.MetricExpr:
			wrong = append(wrong, n.selects(e, known)...)
		case *metricsql.AggrFuncExpr:
			wrong = append(wrong, unknown(e.Modifier.Args, known)...)
		case *metricsql.BinaryOpExpr:
			wrong = append(wrong, unknown(e.GroupModifier.Args, known)...)
			wrong = append(wrong, unknown(e.JoinModifier.Args, known)...)
		}
	})
	return slices.Collect(maps.Keys(known)), wrong
}

// selects adds the labels of a metric to those known, and checks the ones that are matched.
func (n names) selects(e *metricsql.MetricExpr, known map[string]bool) (wrong []string) {
	for _, filters := range e.LabelFilterss {
		if len(filters) == 0 || filters[0].Label != "__name__" {
			wrong = append(wrong, "a selector without a name")
			continue
		}
		labels, is := n[filters[0].Value]
		if !is {
			wrong = append(wrong, "there is no "+filters[0].Value)
		}
		for _, f := range filters[1:] {
			if !slices.Contains(labels, f.Label) && !slices.Contains(ofTargets, f.Label) {
				wrong = append(wrong, fmt.Sprintf("%s has no label %s", filters[0].Value, f.Label))
			}
		}
		for _, l := range labels {
			known[l] = true
		}
	}
	return wrong
}

func unknown(labels []string, known map[string]bool) (wrong []string) {
	for _, l := range labels {
		if !known[l] {
			wrong = append(wrong, "no metric has the label "+l)
		}
	}
	return wrong
}

// wantKnown wants all metrics and labels to exist that rules, panels and variables name.
func (n names) wantKnown(t *testing.T) {
	t.Helper()
	all := append(queries(t), variables(t)...)
	shown := map[string]string{}
	for _, r := range rules(t) {
		all = append(all, query{r.name(), r.Expr})
		for _, text := range r.Annotations {
			shown[r.name()] += text
		}
	}
	for of, legend := range legends(t) {
		shown[of] = legend
	}
	for _, q := range all {
		labels, wrong := n.labels(q.expr)
		for _, m := range labelShown.FindAllStringSubmatch(shown[q.of], -1) {
			if l := m[1] + m[2]; !slices.Contains(labels, l) {
				wrong = append(wrong, "it shows the label "+l)
			}
		}
		if len(wrong) > 0 {
			t.Errorf("%s: %s: %s", q.of, strings.Join(wrong, ", "), q.expr)
		}
	}
}

// What is named wrongly is noticed.
func TestWrongNamesAreNoticed(t *testing.T) {
	n := names{"open": {"operation"}}
	for expr, want := range map[string]string{
		`sum by (operation) (rate(open{job="orders"}[5m]))`: "",
		`sum(opened)`:             "there is no opened",
		`open{status="200"}`:      "open has no label status",
		`max by (code) (open)`:    "no metric has the label code",
		`open and on (code) open`: "no metric has the label code",
		`sum(open`:                "unexpected token",
	} {
		_, wrong := n.labels(expr)
		got := strings.Join(wrong, ", ")
		if !strings.Contains(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: %q, want %q", expr, got, want)
		}
	}
}
