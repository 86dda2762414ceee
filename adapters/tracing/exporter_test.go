package tracing

import (
	"bytes"
	"context"
	"log/slog"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"
)

// A buffer is a log that several goroutines write.
type buffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// has is how many times a text is logged.
func (b *buffer) has(text string) int { return strings.Count(b.String(), text) }

// until waits until something holds.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it does not happen", what)
		}
	}
}

// sending returns a Tracing that sends to a collector at once, and its log.
func sending(t *testing.T, to string, variables ...string) (*Tracing, *buffer) {
	t.Helper()
	with(t, append([]string{
		endpoint, to, "OTEL_BSP_SCHEDULE_DELAY", "10",
		"OTEL_EXPORTER_OTLP_HEADERS", "api-key=secret%20word",
	}, variables...)...)
	settings, on, err := Read()
	if err != nil || !on {
		t.Fatal(on, err)
	}
	log := &buffer{}
	made, err := New(t.Context(), settings, "1.2.3", slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Millisecond)
		defer cancel()
		made.Close(ctx)
	})
	return made, log
}

// spans makes some, which wait for nobody.
func (t *Tracing) spans(n int) {
	for range n {
		_, span := t.start(context.Background(), "append", trace.SpanKindInternal)
		span.End()
	}
}

const (
	awayLine = "Traces cannot be sent"
	backLine = "Traces are sent again"
)

func TestACollectorThatHangsIsLoggedOnce(t *testing.T) {
	hung := make(chan struct{})
	collector := httptest.NewServer(nethttp.HandlerFunc(
		func(nethttp.ResponseWriter, *nethttp.Request) { <-hung }))
	t.Cleanup(collector.Close)
	t.Cleanup(sync.OnceFunc(func() { close(hung) }))
	made, log := sending(t, collector.URL, "OTEL_BSP_EXPORT_TIMEOUT", "200")
	for i := range 3 {
		made.spans(5000) // More than are kept.
		until(t, "it is away", func() bool { return log.has(awayLine) == 1 })
		if i > 0 {
			time.Sleep(300 * time.Millisecond)
		}
	}
	if log.has(awayLine) != 1 || strings.Contains(log.String(), "secret") {
		t.Error(log)
	}
}

// While it is there, none of its answers can be late: that would be another outage.
func TestACollectorThatComesBackAndGoesAgainIsLogged(t *testing.T) {
	var up atomic.Bool
	var key atomic.Value
	collector := httptest.NewServer(nethttp.HandlerFunc(
		func(_ nethttp.ResponseWriter, r *nethttp.Request) {
			key.Store(r.Header.Get("api-key"))
			if !up.Load() {
				panic(nethttp.ErrAbortHandler) // It cuts the connection.
			}
		}))
	t.Cleanup(collector.Close)
	made, log := sending(t, collector.URL)
	made.spans(5000) // More than are kept.
	until(t, "it is away", func() bool { return log.has(awayLine) == 1 })
	up.Store(true)
	until(t, "it is back", func() bool { made.spans(1); return log.has(backLine) == 1 })
	up.Store(false)
	until(t, "it is away again", func() bool { made.spans(1); return log.has(awayLine) == 2 })
	if log.has(backLine) != 1 || strings.Contains(log.String(), "secret") ||
		key.Load() != "secret word" {
		t.Errorf("%s; the key is %q", log, key.Load())
	}
}

func TestNobodyWaitsLongForASilentCollector(t *testing.T) {
	hung := make(chan struct{})
	collector := httptest.NewServer(nethttp.HandlerFunc(
		func(nethttp.ResponseWriter, *nethttp.Request) { <-hung }))
	t.Cleanup(collector.Close)
	t.Cleanup(func() { close(hung) })
	made, _ := sending(t, collector.URL, "OTEL_EXPORTER_OTLP_TIMEOUT", "3600000",
		"OTEL_BSP_EXPORT_TIMEOUT", "3600000")
	made.spans(10_000)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	closed := make(chan struct{})
	go func() { made.Close(ctx); close(closed) }()
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Fatal("Close still waits")
	}
}

// What a collector refuses of a batch that it takes is lost, too, and is logged.
func TestSpansThatACollectorRefusesAreLogged(t *testing.T) {
	// An ExportTraceServiceResponse with partial_success {rejected_spans: 1, error_message: …}.
	const refusal = "\x0a\x0b\x08\x01\x12\x07too old"
	refuses := httptest.NewServer(nethttp.HandlerFunc(
		func(w nethttp.ResponseWriter, _ *nethttp.Request) {
			w.Header().Set("Content-Type", "application/x-protobuf")
			_, _ = w.Write([]byte(refusal))
		}))
	t.Cleanup(refuses.Close)
	made, log := sending(t, refuses.URL)
	until(t, "it is logged", func() bool {
		made.spans(1)
		return strings.Contains(log.String(), "too old")
	})
}
