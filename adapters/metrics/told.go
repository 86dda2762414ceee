package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orders/app/subscribe"
	"orders/ports"
)

// told is what the feed told each subscription last in this process.
type told struct{ toldAt, toldAge *prometheus.GaugeVec }

func newTold() told {
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: namespace, Name: name, Help: help,
		}, []string{"feed"})
	}
	return told{
		gauge("feed_told_timestamp_seconds",
			"When the commit was made that the feed told this process last, by subscription."),
		gauge("feed_told_age_seconds",
			"How old that commit was when it was told."),
	}
}

// Handler returns h, and measures what it is told.
func (t *told) Handler(name string, h subscribe.Handler) subscribe.Handler {
	return listener{h, t.toldAt.WithLabelValues(name), t.toldAge.WithLabelValues(name)}
}

type listener struct {
	subscribe.Handler
	at, age prometheus.Gauge
}

// Handle implements subscribe.Handler.
func (l listener) Handle(ctx context.Context, b ports.Batch) error {
	if n := len(b.Commits); n > 0 {
		if at := b.Commits[n-1].At; !at.IsZero() { // A damaged commit has no time.
			l.at.Set(float64(at.UnixMilli()) / 1000)
			l.age.Set(time.Since(at).Seconds())
		}
	}
	return l.Handler.Handle(ctx, b)
}
