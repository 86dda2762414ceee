package metrics

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// text is what a scrape shows.
func (m *Metrics) text(t *testing.T) string {
	t.Helper()
	_, text, err := m.Text("")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// wants wants a scrape to have lines that begin so.
func (m *Metrics) wants(t *testing.T, lines ...string) {
	t.Helper()
	text := "\n" + m.text(t)
	for _, line := range lines {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("it has no %s:\n%s", line, text)
		}
	}
}

const lagKnown = "orders_subscription_lag_commits{"

// counted is a question that counts how often it is asked, and whose answer takes a while.
type counted struct {
	asked atomic.Int64
	takes time.Duration
	err   error
}

func (c *counted) ask(ctx context.Context) ([]prometheus.Metric, error) {
	c.asked.Add(1)
	select {
	case <-time.After(c.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return []prometheus.Metric{now(lagCommits, 7, "x")}, c.err
}

func TestScrapesShareAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c := New(Build{}), &counted{takes: time.Second}
		m.asks("x", c.ask)
		var scrapes sync.WaitGroup
		for range 100 {
			scrapes.Go(func() { m.wants(t, lagKnown+`subscription="x"} 7`) })
		}
		scrapes.Wait()
		time.Sleep(freshFor - time.Millisecond)
		m.text(t)
		if n := c.asked.Load(); n != 1 {
			t.Errorf("it is asked %d times", n)
		}
		time.Sleep(time.Millisecond)
		m.text(t)
		if n := c.asked.Load(); n != 2 {
			t.Errorf("it is asked %d times once the answer is old", n)
		}
	})
}

// What nobody answers is absent, counts, and delays no scrape for longer than that.
func TestAScrapeOutlastsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, c := New(Build{}), &counted{takes: time.Hour}
		m.asks("x", c.ask)
		begun := time.Now()
		m.wants(t, `orders_scrape_errors_total{asked="x"} 0`, "# TYPE orders_build_info gauge")
		if took := time.Since(begun); took != askMax {
			t.Errorf("the scrape takes %s", took)
		}
		m.wants(t, `orders_scrape_errors_total{asked="x"} 1`)
		if strings.Contains(m.text(t), lagKnown) {
			t.Error("it shows what it does not know")
		}
	})
}

// Also a question that does not end with its context is asked once at a time.
func TestAScrapeOutlastsDeafness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, end := New(Build{}), make(chan struct{})
		var asked atomic.Int64
		m.asks("x", func(context.Context) ([]prometheus.Metric, error) {
			asked.Add(1)
			<-end
			return nil, nil
		})
		for range 3 {
			begun := time.Now()
			m.text(t)
			if took := time.Since(begun); took != patience {
				t.Errorf("the scrape takes %s", took)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("it is asked %d times", n)
		}
		close(end)
		synctest.Wait()
		m.text(t)
	})
}

// What was learnt beside an error is shown.
func TestAnErrorTakesNothingElseAway(t *testing.T) {
	m, c := New(Build{}), &counted{err: errors.New("half of it")}
	m.asks("x", c.ask)
	m.wants(t, lagKnown+`subscription="x"} 7`)
	m.wants(t, `orders_scrape_errors_total{asked="x"} 1`)
}

const openMetrics = "application/openmetrics-text"

// Who names no format, or one that nobody knows, gets Prometheus's text.
func TestTheFormatIsTheOneThatIsAskedFor(t *testing.T) {
	for accept, want := range map[string]string{
		"": "text/plain", "*/*": "text/plain", "x/y": "text/plain",
		openMetrics + ";version=1.0.0,text/plain;version=0.0.4;q=0.5": openMetrics,
	} {
		format, text, err := New(Build{}).Text(accept)
		isOpen := strings.HasSuffix(string(text), "# EOF\n")
		if err != nil || !strings.HasPrefix(format, want) || isOpen != (want != "text/plain") {
			t.Errorf("%q: %s, %v", accept, format, err)
		}
	}
}

// A question that panics is one without an answer.
func TestAPanicEndsNoProcess(t *testing.T) {
	m := New(Build{})
	m.asks("x", func(context.Context) ([]prometheus.Metric, error) { panic("a bug") })
	m.text(t)
	m.wants(t, `orders_scrape_errors_total{asked="x"} 1`)
}
