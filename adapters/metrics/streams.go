package metrics

import "github.com/prometheus/client_golang/prometheus"

var streamsOpen = desc("orders_streams_open", "Streams of changes that are open.", "operation")

// Streams has the open streams read, by operation.
func (m *Metrics) Streams(open func() map[string]int) { m.add(streams{open}) }

type streams struct{ open func() map[string]int }

// Describe implements prometheus.Collector.
func (s streams) Describe(to chan<- *prometheus.Desc) { to <- streamsOpen }

// Collect implements prometheus.Collector.
func (s streams) Collect(to chan<- prometheus.Metric) {
	for operation, n := range s.open() {
		to <- now(streamsOpen, float64(n), operation)
	}
}
