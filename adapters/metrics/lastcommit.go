package metrics

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orders/app/subscribe"
	"orders/ports"
)

// lastCommit is the last commit that each subscription was handed in this process.
type lastCommit struct{ lastAt, lastAge *prometheus.GaugeVec }

func newLastCommit() lastCommit {
	gauge := func(name, help string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: name, Help: help,
		}, []string{"subscription"})
	}
	return lastCommit{
		gauge("orders_subscription_last_commit_timestamp_seconds",
			"When the last commit was made that this process was handed by the feed."),
		gauge("orders_subscription_last_commit_age_seconds",
			"How old that commit was when it was handed over."),
	}
}

// Handler returns h, and measures what it is handed.
func (l *lastCommit) Handler(name string, h subscribe.Handler) subscribe.Handler {
	return measuredHandler{h, name, l}
}

type measuredHandler struct {
	subscribe.Handler
	name string
	last *lastCommit
}

// Handle implements subscribe.Handler.
func (h measuredHandler) Handle(ctx context.Context, b ports.Batch) error {
	if n := len(b.Commits); n > 0 {
		if at := b.Commits[n-1].At; !at.IsZero() { // A damaged commit has no time.
			h.last.lastAt.WithLabelValues(h.name).Set(float64(at.UnixMilli()) / 1000)
			h.last.lastAge.WithLabelValues(h.name).Set(time.Since(at).Seconds())
		}
	}
	return h.Handler.Handle(ctx, b)
}
