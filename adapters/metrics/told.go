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
			Name: name, Help: help,
		}, []string{"feed"})
	}
	return told{
		gauge("orders_feed_told_timestamp_seconds",
			"When the commit was made that the feed told this process last, by subscription."),
		gauge("orders_feed_told_age_seconds",
			"How old that commit was when it was told."),
	}
}

// Handler returns h, and measures what it is told.
func (t *told) Handler(name string, h subscribe.Handler) subscribe.Handler {
	return listener{h, name, t}
}

type listener struct {
	subscribe.Handler
	name string
	told *told
}

// Handle implements subscribe.Handler.
func (l listener) Handle(ctx context.Context, b ports.Batch) error {
	if n := len(b.Commits); n > 0 {
		if at := b.Commits[n-1].At; !at.IsZero() { // A damaged commit has no time.
			l.told.toldAt.WithLabelValues(l.name).Set(float64(at.UnixMilli()) / 1000)
			l.told.toldAge.WithLabelValues(l.name).Set(time.Since(at).Seconds())
		}
	}
	return l.Handler.Handle(ctx, b)
}
