package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"time"

	"orders/ports/clock"
	"orders/test/bench/report"
)

// scrapeEvery passes between two scrapes of the service's metrics.
const scrapeEvery = 5 * time.Second

// buildBlind builds the service without whatever watches it, if that is asked for.
func (b *bench) buildBlind(ctx context.Context) error {
	if !b.Unobserved {
		return nil
	}
	b.blind = filepath.Join(b.dir, "orders-unobserved")
	_, err := output(ctx, ".", "go", "build", "-tags", "unobserved", "-o", b.blind, "orders")
	if err != nil {
		return fmt.Errorf("build the service without metrics: %w", err)
	}
	return nil
}

// scrapes reports whether the metrics of the contender are scraped while it is measured.
func (b *bench) scrapes(c contender) bool { return b.Unobserved && c.name == report.Ours }

// scrape asks for the metrics at once and then now and then, as Prometheus does, until ctx ends.
func scrape(ctx context.Context, address string) {
	for ctx.Err() == nil {
		at := "http://" + address + "/metrics"
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
		if err != nil {
			return
		}
		req.Header.Set("Accept", "application/openmetrics-text;version=1.0.0")
		if res, err := http.DefaultClient.Do(req); err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
		_ = clock.Sleep(ctx, scrapeEvery)
	}
}
