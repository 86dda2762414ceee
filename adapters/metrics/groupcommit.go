package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// groupCommit is how commits wait for each other, and are written together.
type groupCommit struct {
	batches, waits prometheus.Histogram
}

func newGroupCommit() groupCommit {
	return groupCommit{
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "orders_group_commit_batch_commits",
			Help:    "Commits in each write of the group commit.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 10), // To 512, the most in one write.
		}),
		waits: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "orders_group_commit_wait_seconds",
			Help:    "Time that a commit is queued until a write takes it.",
			Buckets: requestSeconds,
		}),
	}
}

// Written counts a write that takes commits that were queued for so long.
func (g *groupCommit) Written(waited []time.Duration) {
	g.batches.Observe(float64(len(waited)))
	for _, w := range waited {
		g.waits.Observe(w.Seconds())
	}
}

// Queue has the length of the queue read, which holds so many commits at most. A process without a
// group commit has no such metrics.
func (m *Metrics) Queue(limit int, queued func() int) {
	m.add(m.batches, m.waits)
	m.gauge("orders_group_commit_queued_commits", "Commits that are queued for a write.",
		func() float64 { return float64(queued()) })
	m.gauge("orders_group_commit_queue_limit_commits",
		"Commits that may be queued at once; further ones are refused.",
		func() float64 { return float64(limit) })
}
