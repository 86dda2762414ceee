package tracing

import (
	"os"
	"strings"
	"testing"
)

const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"

// with sets variables for a test, and no others of OpenTelemetry.
func with(t *testing.T, variables ...string) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "OTEL_") {
			t.Setenv(name, value) // It is back after the test.
			_ = os.Unsetenv(name)
		}
	}
	for i := 0; i < len(variables); i += 2 {
		t.Setenv(variables[i], variables[i+1])
	}
}

func TestTracesAreOffUnlessAskedFor(t *testing.T) {
	const at = "http://localhost:4318"
	for _, tt := range []struct {
		on        bool
		variables []string
	}{
		{false, nil},
		{false, []string{endpoint, " "}},
		{false, []string{"OTEL_TRACES_EXPORTER", "otlp", "OTEL_SERVICE_NAME", "shop"}},
		{true, []string{endpoint, at}},
		{true, []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", at + "/v1/traces"}},
		{true, []string{endpoint, at, "OTEL_TRACES_EXPORTER", "otlp"}},
		{true, []string{endpoint, at, "OTEL_SDK_DISABLED", "false"}},
		{false, []string{endpoint, at, "OTEL_SDK_DISABLED", "True"}},
		{false, []string{endpoint, at, "OTEL_TRACES_EXPORTER", "none"}},
		{false, []string{endpoint, "nonsense", "OTEL_TRACES_EXPORTER", "none"}},
	} {
		with(t, tt.variables...)
		if _, on, err := Read(); on != tt.on || err != nil {
			t.Errorf("%v: on is %v, %v", tt.variables, on, err)
		}
	}
}

// unusable are values that the SDK would ignore or replace by a default.
var unusable = []struct{ name, value string }{
	{endpoint, "localhost:4318"},
	{endpoint, "unix:///run/secret"},
	{endpoint, "http://user:secret@localhost:4318"},
	{endpoint, "http://localhost:4318/?token=secret"},
	{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://%secret"},
	{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://localhost:4318/v1/traces#secret"},
	{"OTEL_EXPORTER_OTLP_INSECURE", "secret"},
	{"OTEL_EXPORTER_OTLP_INSECURE", "false"},
	{"OTEL_SDK_DISABLED", "1"},
	{"OTEL_TRACES_EXPORTER", "console"},
	{"OTEL_EXPORTER_OTLP_PROTOCOL", "secret"},
	{"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http"},
	{"OTEL_EXPORTER_OTLP_HEADERS", "secret"},
	{"OTEL_EXPORTER_OTLP_HEADERS", "a=b,secret"},
	{"OTEL_EXPORTER_OTLP_HEADERS", "api key=secret"},
	{"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "key=%secret"},
	{"OTEL_EXPORTER_OTLP_COMPRESSION", "zip"},
	{"OTEL_EXPORTER_OTLP_TIMEOUT", "10s"},
	{"OTEL_EXPORTER_OTLP_CERTIFICATE", "settings_test.go"},
	{"OTEL_EXPORTER_OTLP_CERTIFICATE", "/none/secret"},
	{"OTEL_EXPORTER_OTLP_CLIENT_KEY", "settings_test.go"},
	{"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "settings_test.go"},
	{"OTEL_SPAN_LINK_COUNT_LIMIT", "secret"},
	{"OTEL_ATTRIBUTE_COUNT_LIMIT", "1e3"},
	{"OTEL_BSP_MAX_QUEUE_SIZE", "0"},
	{"OTEL_BSP_SCHEDULE_DELAY", "-1"},
	{"OTEL_TRACES_SAMPLER", "sometimes"},
	{"OTEL_TRACES_SAMPLER", "parentbased_"},
	{"OTEL_TRACES_SAMPLER_ARG", "1%"},
	{"OTEL_TRACES_SAMPLER_ARG", "1.5"},
	{"OTEL_TRACES_SAMPLER_ARG", "NaN"},
	{"OTEL_PROPAGATORS", "secret"},
	{"OTEL_RESOURCE_ATTRIBUTES", "team"},
}

func TestWhatTheSDKWouldIgnoreIsRefused(t *testing.T) {
	for _, tt := range unusable {
		with(t, endpoint, "http://localhost:4318", tt.name, tt.value)
		if tt.name == "OTEL_TRACES_SAMPLER_ARG" {
			t.Setenv("OTEL_TRACES_SAMPLER", "traceidratio")
		}
		_, on, err := Read()
		switch {
		case err == nil || on:
			t.Errorf("%s=%s is taken", tt.name, tt.value)
		case !strings.HasPrefix(err.Error(), tt.name), strings.Contains(err.Error(), "secret"):
			t.Errorf("%s=%s: %v", tt.name, tt.value, err)
		}
	}
}

// A key that is meant for TLS is never sent without it.
func TestAnEndpointIsAsSecureAsItsURLSays(t *testing.T) {
	for _, tt := range []struct {
		at, insecure string
		isTaken      bool
	}{
		{"https://localhost:4318", "", true}, {"https://localhost:4318", "false", true},
		{"http://localhost:4318", "TRUE", true}, {"https://localhost:4318", "true", false},
	} {
		for _, name := range both("INSECURE") {
			with(t, endpoint, tt.at, name, tt.insecure)
			_, on, err := Read()
			if on != tt.isTaken || !on && !strings.HasPrefix(err.Error(), name) {
				t.Errorf("%s with %s=%s: on is %v, %v", tt.at, name, tt.insecure, on, err)
			}
		}
	}
}

func TestTheSampler(t *testing.T) {
	for name, want := range map[string]string{
		"":                         "ParentBased{root:AlwaysOnSampler",
		"always_on":                "AlwaysOnSampler",
		"always_off":               "AlwaysOffSampler",
		"traceidratio":             "TraceIDRatioBased{0.01}",
		"parentbased_always_on":    "ParentBased{root:AlwaysOnSampler",
		"parentbased_always_off":   "ParentBased{root:AlwaysOffSampler",
		"parentbased_traceidratio": "ParentBased{root:TraceIDRatioBased{0.01}",
	} {
		with(t, endpoint, "http://localhost:4318", "OTEL_TRACES_SAMPLER", name,
			"OTEL_TRACES_SAMPLER_ARG", "0.01")
		s, on, err := Read()
		if err != nil || !on || !strings.HasPrefix(s.sampler.Description(), want) {
			t.Errorf("%q: %v, %v", name, s.sampler, err)
		}
	}
}
