package metrics

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"orders/ports"
)

const (
	// askMax is how long a question may take. A lag is counted for 3 s.
	askMax = 4 * time.Second
	// patience is how long a scrape waits for the answer, somewhat longer; Prometheus waits 10 s.
	patience = askMax + 500*time.Millisecond
	// freshFor is how long an answer serves other scrapes, too.
	freshFor = 5 * time.Second
)

// A question is what costs something to know, such as a read in the database. It returns what it
// learnt, also beside an error. ErrDenied is no failure: the user of this process may not know.
type question func(context.Context) ([]prometheus.Metric, error)

// questions are a collector of what is asked when somebody scrapes, all at once.
type questions struct {
	failures *prometheus.CounterVec

	mu  sync.Mutex
	all []*asked
}

func newQuestions() questions {
	return questions{failures: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "orders_scrape_errors_total",
		Help: "Questions of scrapes that had no answer, so that it is left out, by what was asked.",
	}, []string{"asked"})}
}

// asks adds a question; of names it in the count of those without an answer.
func (q *questions) asks(of string, ask question) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.all = append(q.all, &asked{ask: ask, failures: q.failures.WithLabelValues(of)})
}

// Describe implements prometheus.Collector.
func (q *questions) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		lagCommits, lagSeconds, parkedOrders, leaseHeld, rebuilt, rebuildSize, disk, diskUsed,
	} {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (q *questions) Collect(to chan<- prometheus.Metric) {
	q.mu.Lock()
	all := slices.Clone(q.all)
	q.mu.Unlock()
	var answers sync.WaitGroup
	for _, a := range all {
		answers.Go(func() { a.collect(to) })
	}
	answers.Wait()
}

// asked asks a question when somebody scrapes: once at a time, however many scrapes there are. What
// it cannot learn is absent, and counts as a failure.
//
//	          a scrape, and no answer is fresh
//	fresh or none ────────────────────────────> asking ───> fresh or none
//	                                            (other scrapes wait for the same answer)
type asked struct {
	ask      question
	failures prometheus.Counter

	mu     sync.Mutex
	answer []prometheus.Metric
	at     time.Time     // When the answer came.
	asking chan struct{} // Closed when the question ends; nil while there is none.
}

func (a *asked) collect(to chan<- prometheus.Metric) {
	waiting := time.NewTimer(patience)
	defer waiting.Stop()
	select {
	case <-a.begin():
	case <-waiting.C:
		a.failures.Inc()
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, m := range a.answer {
		to <- m
	}
}

// begin asks unless an answer is fresh or somebody asks already. It returns what is closed once
// there is an answer.
func (a *asked) begin() <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asking == nil {
		a.asking = make(chan struct{})
		if !a.at.IsZero() && time.Since(a.at) < freshFor {
			defer a.ended()
		} else {
			go a.run()
		}
	}
	return a.asking
}

// ended is called under the lock.
func (a *asked) ended() {
	close(a.asking)
	a.asking = nil
}

func (a *asked) run() {
	ctx, cancel := context.WithTimeout(context.Background(), askMax)
	defer cancel()
	answer, err := a.safely(ctx)
	if err != nil && !errors.Is(err, ports.ErrDenied) {
		a.failures.Inc()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answer, a.at = answer, time.Now()
	a.ended()
}

// safely makes an error of a panic: a scrape ends no process that takes orders.
func (a *asked) safely(ctx context.Context) (answer []prometheus.Metric, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a question of a scrape panicked: %v", p)
		}
	}()
	return a.ask(ctx)
}
