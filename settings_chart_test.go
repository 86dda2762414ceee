package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/service"
)

const chart = "deploy/helm/orders"

// chartSets are the settings that the chart sets by itself, so that values may not.
var chartSets = []string{
	"ADMIN_HOST", "ADMIN_PORT", "DRAIN_DELAY", "PORT", "ROLES", "SKIP_MIGRATIONS", "TLS_CERT",
	"TLS_KEY",
}

// notOfPods are settings that make no sense in a pod: it listens on all addresses, and the image
// keeps nothing in memory.
var notOfPods = []string{"HOST", "IMPORT", "READ_STORE", "WRITE_STORE"}

// The schema of the chart's values knows each setting of the program, and no other.
func TestTheChartKnowsEachSetting(t *testing.T) {
	var schema struct {
		Properties struct {
			Settings struct{ Properties map[string]any }
		}
		Definitions struct {
			Secrets struct{ Properties map[string]any }
		}
	}
	if err := json.Unmarshal(chartFile(t, "values.schema.json"), &schema); err != nil {
		t.Fatal(err)
	}
	settings, secrets := settingsOfServing(t)
	settings = slices.DeleteFunc(settings, func(name string) bool {
		return slices.Contains(chartSets, name) || slices.Contains(notOfPods, name)
	})
	wantNames(t, "settings", schema.Properties.Settings.Properties, settings)
	wantNames(t, "secrets", schema.Definitions.Secrets.Properties, secrets)
}

func settingsOfServing(t *testing.T) (settings, secrets []string) {
	t.Helper()
	parser, err := (&cli{}).parser()
	if err != nil {
		t.Fatal(err)
	}
	for _, flag := range parser.Model.Flags {
		switch {
		case len(flag.Envs) == 0:
		case flag.Tag.Has("secret"):
			secrets = append(secrets, flag.Envs[0])
		default:
			settings = append(settings, flag.Envs[0])
		}
	}
	return settings, secrets
}

func wantNames(t *testing.T, of string, got map[string]any, want []string) {
	t.Helper()
	for _, name := range want {
		if _, is := got[name]; !is {
			t.Errorf("values.schema.json has no %s.%s", of, name)
		}
		delete(got, name)
	}
	for name := range got {
		t.Errorf("values.schema.json has %s.%s, which the program does not know", of, name)
	}
}

// What the templates name of the program is there: its variables, its bound of a stop, and the
// paths of probes, which the admin port of every process serves.
func TestTheChartNamesWhatThereIs(t *testing.T) {
	text := templates(t)
	used := found(text, `- \{?name: ([A-Z][A-Z_]+)\b`)
	known, secrets := settingsOfServing(t)
	known = append(append(known, secrets...), "AUDIT_ACTOR", "GOMEMLIMIT", "POD_NAME")
	for _, name := range append(used, found(text, `[sS]ettings\.([A-Z_]+)`)...) {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, "OTEL_") {
			t.Errorf("the chart names %s, which the program does not know", name)
		}
	}
	for _, name := range chartSets {
		if !slices.Contains(used, name) {
			t.Errorf("the chart does not set %s", name)
		}
	}
	probed := found(text, `httpGet: \{path: (\S+),`)
	if want := []string{"/livez", "/livez", "/readyz"}; !slices.Equal(probed, want) {
		t.Errorf("probes of %v, want %v", probed, want)
	}
	stop := fmt.Sprintf("add .Values.stop.preStop .Values.stop.drainDelay %d ",
		service.StopTimeout/time.Second)
	if !strings.Contains(text, stop) {
		t.Errorf("the grace period is not at least %q", stop)
	}
}

// A default that the templates repeat is that of the program.
func TestTheChartRepeatsDefaultsRight(t *testing.T) {
	parser, err := (&cli{}).parser()
	if err != nil {
		t.Fatal(err)
	}
	repeated := regexp.MustCompile(`default "([^"]*)" \S*[sS]ettings\.([A-Z_]+)`)
	all := repeated.FindAllStringSubmatch(templates(t), -1)
	if len(all) < 2 {
		t.Fatalf("the templates repeat the defaults %v", all)
	}
	for _, flag := range parser.Model.Flags {
		for _, r := range all {
			if slices.Contains(flag.Envs, r[2]) && flag.Default != r[1] {
				t.Errorf("the chart takes %q for the default of %s, which is %q", r[1], r[2],
					flag.Default)
			}
		}
	}
}

func templates(t *testing.T) (text string) {
	t.Helper()
	names, err := filepath.Glob(chart + "/templates/*.*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text += string(chartFile(t, "templates/"+filepath.Base(name)))
	}
	return text
}

// found returns the first group of each match.
func found(text, pattern string) (all []string) {
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		all = append(all, match[1])
	}
	return all
}

func chartFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(chart, name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
