package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// requestSeconds are the buckets of the time that a request takes: from a read out of memory to the
// longest REQUEST_TIMEOUT that is usual.
var requestSeconds = []float64{
	.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10,
}

// requests are the answers over HTTP.
type requests struct {
	answered *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newRequests() requests {
	return requests{
		answered: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "orders_http_requests_total",
			Help: "Requests that were answered, by operation, status, and the code of the " +
				"problem, which is empty for an answer without one. A stream counts when it " +
				"begins.",
		}, []string{"operation", "status", "code"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "orders_http_request_duration_seconds",
			Help: "Time from the head of a request to its answer, by operation and class of " +
				"status; of a stream, to its beginning.",
			Buckets: requestSeconds,
		}, []string{"operation", "status_class"}),
	}
}

// A Request is one that was answered. Operation and Code are those of the API, never a client's
// text.
type Request struct {
	Operation string
	Status    int
	Code      string // Of the problem; empty without one.
	Took      time.Duration
	TraceID   string // Of the trace that the request belongs to; empty for none.
}

// Answered counts a request.
func (r *requests) Answered(q Request) {
	r.answered.WithLabelValues(q.Operation, strconv.Itoa(q.Status), q.Code).Inc()
	took := r.took.WithLabelValues(q.Operation, strconv.Itoa(q.Status/100)+"xx")
	seconds := q.Took.Seconds()
	if q.TraceID == "" {
		took.Observe(seconds)
		return
	}
	took.(prometheus.ExemplarObserver).ObserveWithExemplar(seconds,
		prometheus.Labels{"trace_id": q.TraceID})
}
