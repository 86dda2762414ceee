package metrics

import "github.com/prometheus/client_golang/prometheus"

func newFailures() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "scrape_errors_total",
		Help: "What could not be learnt for a scrape, and is left out of it, by what was asked.",
	}, []string{"asked"})
}
