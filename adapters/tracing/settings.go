package tracing

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"go.opentelemetry.io/contrib/propagators/autoprop"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// Settings are what the OTEL_ variables of OpenTelemetry's specification say.
type Settings struct {
	Endpoint   string // Where spans are sent, for the log.
	grpc       bool
	sampler    sdk.Sampler
	propagator propagation.TextMapPropagator
}

// Read reads the settings from the environment, and reports whether they ask for traces. It refuses
// what the SDK would ignore or replace by a default. Its errors name the variable and repeat no
// value, which may be a secret.
func Read() (s Settings, on bool, err error) {
	exporter := get("OTEL_TRACES_EXPORTER")
	s.Endpoint = exporting("ENDPOINT")
	switch {
	case strings.EqualFold(get("OTEL_SDK_DISABLED"), "true"), exporter == "none", s.Endpoint == "":
		return s, false, nil
	case exporter != "" && exporter != "otlp":
		return s, false, errors.New("OTEL_TRACES_EXPORTER is neither otlp nor none")
	}
	for _, check := range checks {
		for _, name := range check.names {
			if text := get(name); text != "" {
				if err := check.that(text); err != nil {
					return s, false, fmt.Errorf("%s %w", name, err)
				}
			}
		}
	}
	s.grpc = exporting("PROTOCOL") == "grpc"
	s.sampler, err = sampler(get("OTEL_TRACES_SAMPLER"), get("OTEL_TRACES_SAMPLER_ARG"))
	if err == nil {
		s.propagator, err = propagator(get("OTEL_PROPAGATORS"))
	}
	return s, err == nil, err
}

func get(name string) string { return strings.TrimSpace(os.Getenv(name)) }

// exporting returns a variable of the exporter: that for traces before that for everything.
func exporting(name string) string {
	for _, name := range both(name) {
		if text := get(name); text != "" {
			return text
		}
	}
	return ""
}

// both are the variables of the exporter with a name, for traces and for everything.
func both(name string) []string {
	return []string{"OTEL_EXPORTER_OTLP_TRACES_" + name, "OTEL_EXPORTER_OTLP_" + name}
}

// sampler returns the sampler of a name, which decides by a ratio from 0 to 1.
func sampler(name, arg string) (sdk.Sampler, error) {
	ratio, err := 1.0, error(nil)
	if arg != "" {
		ratio, err = strconv.ParseFloat(arg, 64)
	}
	if name == "" {
		name = parentBased + "always_on"
	}
	switch strings.TrimPrefix(name, parentBased) {
	case "traceidratio":
		if err != nil || !(ratio >= 0 && ratio <= 1) {
			return nil, errors.New("OTEL_TRACES_SAMPLER_ARG is no number from 0 to 1")
		}
		return orParent(name, sdk.TraceIDRatioBased(ratio)), nil
	case "always_off":
		return orParent(name, sdk.NeverSample()), nil
	case "always_on":
		return orParent(name, sdk.AlwaysSample()), nil
	}
	return nil, errors.New("OTEL_TRACES_SAMPLER is none of always_on, always_off, traceidratio, " +
		"and these after " + parentBased)
}

const parentBased = "parentbased_"

// orParent returns a sampler that decides where no parent has.
func orParent(name string, s sdk.Sampler) sdk.Sampler {
	if strings.HasPrefix(name, parentBased) {
		return sdk.ParentBased(s)
	}
	return s
}

// propagator returns what reads the trace contexts that the names between commas stand for.
func propagator(names string) (propagation.TextMapPropagator, error) {
	if names == "" {
		names = "tracecontext"
	}
	var all []string
	for name := range strings.SplitSeq(names, ",") {
		all = append(all, strings.TrimSpace(name))
	}
	p, err := autoprop.TextMapPropagator(all...)
	if err != nil {
		return nil, errors.New("OTEL_PROPAGATORS is none of tracecontext, baggage, b3, b3multi, " +
			"jaeger, xray, ottrace and none, or some of these between commas")
	}
	return p, nil
}
