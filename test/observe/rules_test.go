package observe_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Who is woken finds what it means, which values it has, and what to do.
func TestEachAlertSaysWhatToDo(t *testing.T) {
	page := read(t, "../../docs/operations.md")
	var named []string
	for _, r := range rules(t) {
		if r.Alert == "" {
			continue
		}
		if s := r.Labels["severity"]; s != "critical" && s != "warning" {
			t.Errorf("%s has the severity %q", r.Alert, s)
		}
		if r.Annotations["summary"] == "" || !strings.Contains(r.Annotations["description"], "{{") {
			t.Errorf("%s is described by %q", r.Alert, r.Annotations)
		}
		want := "docs/operations.md#" + strings.ToLower(r.Alert)
		if r.Annotations["runbook"] != want {
			t.Errorf("%s names %s, want %s", r.Alert, r.Annotations["runbook"], want)
		}
		if !strings.Contains(page, "\n### "+r.Alert+"\n") {
			t.Errorf("docs/operations.md has no section %s", r.Alert)
		}
		if slices.Contains(named, r.Alert) {
			t.Errorf("there are two alerts %s", r.Alert)
		}
		named = append(named, r.Alert)
	}
	for _, m := range regexp.MustCompile(`\n### (Orders\w+)\n`).FindAllStringSubmatch(page, -1) {
		if !slices.Contains(named, m[1]) {
			t.Errorf("docs/operations.md has a section %s, and there is no such alert", m[1])
		}
	}
}

// promtool runs the tests of rules, which this wants to be there.
func TestEachAlertIsTested(t *testing.T) {
	fires, isSilent := map[string]bool{}, map[string]bool{}
	for _, name := range glob(t, "tests/*.yml") {
		var file struct {
			Tests []struct {
				Alerts []struct {
					Name string `yaml:"alertname"`
					Want []any  `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		parse(t, name, &file)
		for _, test := range file.Tests {
			for _, a := range test.Alerts {
				if len(a.Want) > 0 {
					fires[a.Name] = true
				} else {
					isSilent[a.Name] = true
				}
			}
		}
	}
	for _, r := range rules(t) {
		if r.Alert != "" && (!fires[r.Alert] || !isSilent[r.Alert]) {
			t.Errorf("of %s deploy/observe/tests wants it to fire: %v; to be silent: %v",
				r.Alert, fires[r.Alert], isSilent[r.Alert])
		}
	}
}
