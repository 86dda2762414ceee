package tracing

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
)

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
