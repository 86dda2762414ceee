package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// A sink takes spans as a collector does, and forgets them.
type sink struct {
	server   http.Server
	address  string
	requests atomic.Int64 // How often it was sent some.
}

// openSink opens a sink, if traces are asked for.
func (b *bench) openSink(ctx context.Context) error {
	if !b.Traced {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen for spans: %w", err)
	}
	b.spans = &sink{address: l.Addr().String()}
	b.spans.server = http.Server{Handler: b.spans, ReadHeaderTimeout: time.Second}
	go func() { _ = b.spans.server.Serve(l) }()
	return nil
}

// ServeHTTP implements http.Handler. An empty answer says that all was taken.
func (s *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/x-protobuf")
}

// check fails if nothing was sent though one of the contenders should have: then its figures are of
// no traces.
func (s *sink) check(all []contender) error {
	sends := slices.ContainsFunc(all, func(c contender) bool { return c.traced })
	if sends && s.requests.Load() == 0 {
		return errors.New("the service sent no traces")
	}
	return nil
}

// traceOne has a process trace a request for certain: of a few, a sampler may take none.
func traceOne(ctx context.Context, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet,
		"http://"+address+"/queries/orders?limit=1", http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// close ends a sink, which may be nil.
func (s *sink) close() {
	if s != nil {
		_ = s.server.Close()
	}
}

// sampling are the settings by which one order in a hundred is traced.
func (b *bench) sampling() []string {
	return []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=http://" + b.spans.address,
		"OTEL_TRACES_SAMPLER=parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG=0.01",
	}
}
