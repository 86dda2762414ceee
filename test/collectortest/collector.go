// Package collectortest gives a test a real collector of OpenTelemetry, which writes down what it
// is sent. .ci/collector builds it, once: without it the test is skipped, or fails with
// TEST_COLLECTOR=required.
package collectortest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"orders/test/process"
)

// Version is that of the collector.
const Version = "0.165.0"

// A Collector takes spans until the test ends.
type Collector struct {
	process    *process.Process
	http, grpc int
}

const config = `
receivers: {otlp: {protocols: {http: {endpoint: %q}, grpc: {endpoint: %q}}}}
exporters: {debug: {verbosity: detailed}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {traces: {receivers: [otlp], exporters: [debug]}}
`

// Start starts a Collector for this test alone.
func Start(tb testing.TB) *Collector {
	tb.Helper()
	c := New(tb)
	c.Begin(tb)
	return c
}

// New returns a Collector that is yet to Begin.
func New(tb testing.TB) *Collector {
	tb.Helper()
	binary := binary(tb)
	dir := tb.TempDir()
	c := &Collector{http: process.FreePort(), grpc: process.FreePort()}
	file := filepath.Join(dir, "config.yaml")
	text := fmt.Sprintf(config, process.Address(c.http), process.Address(c.grpc))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	c.process = &process.Process{
		Binary: binary, Args: []string{"--config", file}, Port: c.http,
		Dir: filepath.Join(dir, "log"), Tail: func(log string) string { return log },
	}
	return c
}

// Begin starts the collector, also again after End.
func (c *Collector) Begin(tb testing.TB) {
	tb.Helper()
	if err := c.process.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.End(tb) })
	err := process.AwaitListening(tb.Context(), process.Address(c.http), c.process.Exited)
	if err != nil {
		tb.Fatalf("%v: %s", err, c.process.Log())
	}
}

// End stops the collector at once, and forgets what it was sent.
func (c *Collector) End(tb testing.TB) {
	tb.Helper()
	if err := c.process.Remove(); err != nil {
		tb.Error(err)
	}
}

// HTTP and GRPC are the endpoints of both protocols.
func (c *Collector) HTTP() string { return "http://" + process.Address(c.http) }

// GRPC is that of gRPC.
func (c *Collector) GRPC() string { return "http://" + process.Address(c.grpc) }

// Log is all that the collector has written down.
func (c *Collector) Log() string { return c.process.Log() }

// Await waits until the spans that came satisfy all, and returns them.
func (c *Collector) Await(tb testing.TB, all func([]Span) bool) []Span {
	tb.Helper()
	last := ""
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		log := c.Log()
		isWhole := log == last // Else it may end in the middle of a span.
		last = log
		spans := parse(log)
		switch {
		case isWhole && all(spans):
			return spans
		case time.Now().After(end):
			tb.Fatalf("the spans that were awaited did not come; these did:\n%s", spell(spans))
		}
	}
}

// binary is the program of the collector.
func binary(tb testing.TB) string {
	tb.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		tb.Fatal(err)
	}
	name := filepath.Join(cache, "orders-collector", "otelcol-"+Version)
	switch _, err := os.Stat(name); {
	case err == nil:
		return name
	case os.Getenv("TEST_COLLECTOR") == "required":
		tb.Fatalf("there is no collector for this test: %v", err)
	}
	tb.Skip("there is no collector for this test; .ci/collector builds one")
	return ""
}
