// Package metrics counts and measures what the service does, for Prometheus. It is the only package
// that knows Prometheus.
//
// Others tell it what happens, by decorators of ports and by small hooks. What costs something to
// know is asked for only when somebody scrapes: see asked. No label has a value that a client makes
// up, so that the number of series is bounded and none tells of a person.
package metrics

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/common/expfmt"
)

// A Build says which program this is.
type Build struct{ Version, Commit, GoVersion string }

// Metrics are all metrics of a process.
type Metrics struct {
	registry *prometheus.Registry
	own      []prometheus.Collector // All but those of Go and of the process.

	requests
	commands
	messages
	groupCommit
	lastCommit
	leads
	questions
	pools
}

// New returns the metrics of a program, with those of Go and of the process.
func New(b Build) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: newRequests(), commands: newCommands(), messages: newMessages(),
		groupCommit: newGroupCommit(), lastCommit: newLastCommit(), leads: newLeads(),
		questions: newQuestions(),
	}
	m.registry.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.add(buildInfo(b), m.answered, m.took, m.outcomes, m.dealtWith,
		m.lastAt, m.lastAge, &m.leads, &m.questions, m.failures, &m.pools)
	return m
}

// add adds metrics of the service.
func (m *Metrics) add(all ...prometheus.Collector) {
	m.registry.MustRegister(all...)
	m.own = append(m.own, all...)
}

// buildInfo is always 1: its labels are what it tells.
func buildInfo(b Build) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "orders_build_info",
		Help: "Which program this is; always 1.",
		ConstLabels: prometheus.Labels{
			"version": b.Version, "commit": b.Commit, "goversion": b.GoVersion,
		},
	})
	info.Set(1)
	return info
}

// Text returns all metrics in the format that accept, the header of a request, prefers: that of
// Prometheus's text or that of OpenMetrics, which alone has exemplars.
func (m *Metrics) Text(accept string) (contentType string, text []byte, err error) {
	families, err := m.registry.Gather()
	if err != nil {
		return "", nil, fmt.Errorf("gather the metrics: %w", err)
	}
	format := expfmt.NegotiateAccept(http.Header{"Accept": {accept}},
		expfmt.DefaultOpenMetricsAcceptedFormats()...)
	var all bytes.Buffer
	encoder := expfmt.NewEncoder(&all, format)
	for _, f := range families {
		if err := encoder.Encode(f); err != nil {
			return "", nil, fmt.Errorf("write the metric %s: %w", f.GetName(), err)
		}
	}
	if end, ok := encoder.(expfmt.Closer); ok {
		err = end.Close()
	}
	return string(format), all.Bytes(), err
}

// gauge is a gauge of the service that is read when somebody scrapes.
func (m *Metrics) gauge(name, help string, read func() float64) {
	m.add(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: name, Help: help,
	}, read))
}

// desc describes a metric of the service.
func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// now is a metric of a collector that is made when somebody scrapes.
func now(d *prometheus.Desc, value float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}
