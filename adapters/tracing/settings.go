package tracing

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
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

// checks are what must hold of variables that are set.
var checks = []struct {
	names []string
	that  func(text string) error
}{
	{[]string{"OTEL_SDK_DISABLED"}, isBool},
	{both("ENDPOINT"), isURL},
	{both("PROTOCOL"), oneOf("http/protobuf", "http/json", "grpc")},
	{both("COMPRESSION"), oneOf("gzip", "none")},
	{both("HEADERS"), isPairs},
	{both("TIMEOUT"), isCount},
	{both("CERTIFICATE"), isCertificates},
	{[]string{"OTEL_RESOURCE_ATTRIBUTES"}, isPairs},
	{[]string{
		"OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE",
		"OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
	}, isCount},
	{both("INSECURE"), fitsEndpoint},
	{both("CLIENT_CERTIFICATE")[:1], needs(both("CLIENT_KEY")[0])},
	{both("CLIENT_CERTIFICATE")[1:], needs(both("CLIENT_KEY")[1])},
	{both("CLIENT_KEY")[:1], isPairOf(both("CLIENT_CERTIFICATE")[0])},
	{both("CLIENT_KEY")[1:], isPairOf(both("CLIENT_CERTIFICATE")[1])},
	{[]string{
		"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
		"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT",
		"OTEL_SPAN_EVENT_COUNT_LIMIT", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
		"OTEL_SPAN_LINK_COUNT_LIMIT", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
	}, isLimit},
}

func isURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || !slices.Contains([]string{"http", "https"}, u.Scheme):
		return errors.New("is no URL such as http://localhost:4318")
	case u.User != nil:
		return errors.New("has a login, which is not sent: set OTEL_EXPORTER_OTLP_HEADERS")
	case u.RawQuery != "" || u.Fragment != "":
		return errors.New("has a query or a fragment, which is not sent")
	}
	return nil
}

// isBool takes what the specification does.
func isBool(text string) error {
	return oneOf("true", "false")(strings.ToLower(text))
}

// fitsEndpoint checks whether TLS is left out where the URL does so. The exporter would believe
// this rather than the URL, and send the headers in the clear.
func fitsEndpoint(insecure string) error {
	isSecure := strings.HasPrefix(strings.ToLower(exporting("ENDPOINT")), "https:")
	if err := isBool(insecure); err != nil || isSecure == strings.EqualFold(insecure, "true") {
		return cmp.Or(err, errors.New("says something else than the URL of the endpoint"))
	}
	return nil
}

func needs(other string) func(string) error {
	return func(string) error {
		if get(other) == "" {
			return errors.New("needs " + other)
		}
		return nil
	}
}

func oneOf(choices ...string) func(string) error {
	return func(text string) error {
		if !slices.Contains(choices, text) {
			return errors.New("is none of " + strings.Join(choices, ", "))
		}
		return nil
	}
}

func isPairs(text string) error {
	for pair := range strings.SplitSeq(text, ",") {
		name, value, found := strings.Cut(pair, "=")
		if _, err := url.PathUnescape(value); err != nil || !found || !isToken(name) {
			return errors.New("is not of the form name=value,name=value, with %XX for what is " +
				"special in a value")
		}
	}
	return nil
}

// isToken reports whether a header can have this name.
func isToken(name string) bool {
	name = strings.TrimSpace(name)
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

func isCount(text string) error {
	if n, err := strconv.Atoi(text); err != nil || n <= 0 {
		return errors.New("is no whole number above 0")
	}
	return nil
}

func isLimit(text string) error {
	if _, err := strconv.Atoi(text); err != nil {
		return errors.New("is no whole number")
	}
	return nil
}

func isCertificates(file string) error {
	text, err := os.ReadFile(file) //nolint:gosec // Whoever starts the program names the file.
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(text) {
		return errors.New("names no file with certificates in PEM that can be read")
	}
	return nil
}

// isPairOf checks the file of a key with that of its certificate, which a variable names.
func isPairOf(certificate string) func(string) error {
	return func(key string) error {
		if _, err := tls.LoadX509KeyPair(get(certificate), key); err != nil {
			return errors.New("names no file with the key of " + certificate + " in PEM")
		}
		return nil
	}
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
