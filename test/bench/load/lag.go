package load

import (
	"bytes"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/valyala/fasthttp"
)

const (
	sampleEvery = 50 // Orders.
	samplersMax = 2  // At once: more of them, asking all the time, were 14 % of the load.
	lookEvery   = time.Millisecond
	lagMax      = 10 * time.Second
)

// A sampler reads some of the orders that were acknowledged, until they are there.
type sampler struct {
	client *fasthttp.HostClient // Nil if nothing is to be sampled.
	free   chan struct{}
	busy   sync.WaitGroup

	mu  sync.Mutex
	lag *hdrhistogram.Histogram
}

func newSampler(l Load) *sampler {
	s := &sampler{lag: NewHistogram(), free: make(chan struct{}, samplersMax)}
	if l.Lag {
		s.client = &fasthttp.HostClient{
			Addr: l.Address, MaxConns: samplersMax, ReadTimeout: answerMax,
		}
	}
	return s
}

// wait returns the lags once all are known.
func (s *sampler) wait() *hdrhistogram.Histogram {
	s.busy.Wait()
	if s.client != nil {
		s.client.CloseIdleConnections()
	}
	return s.lag
}

// sample follows the order that the n-th answer names, unless enough others are being followed.
func (s *sampler) sample(n uint64, answer []byte) {
	if s.client == nil || n%sampleEvery != 0 {
		return
	}
	acknowledged := time.Now()
	select {
	case s.free <- struct{}{}:
	default:
		return
	}
	id := OrderID(answer)
	s.busy.Go(func() {
		defer func() { <-s.free }()
		lag := s.follow(id, acknowledged)
		s.mu.Lock()
		defer s.mu.Unlock()
		_ = s.lag.RecordValue(lag.Microseconds())
	})
}

// follow returns how long after its acknowledgement the first answer that shows the order came.
// That includes what a read costs: the truth is not longer. What never shows counts as lagMax.
func (s *sampler) follow(id string, acknowledged time.Time) time.Duration {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	request.SetRequestURI("http://" + s.client.Addr + "/queries/orders/" + id)
	for asked := time.Now(); ; asked = time.Now() {
		err := s.client.Do(request, response)
		lag := time.Since(acknowledged)
		if err == nil && response.StatusCode() == fasthttp.StatusOK || lag > lagMax {
			return min(lag, lagMax)
		}
		time.Sleep(lookEvery - time.Since(asked))
	}
}

// OrderID returns the id in the answer to a creation, or an empty one.
func OrderID(answer []byte) string {
	_, rest, _ := bytes.Cut(answer, []byte(`"orderId":"`))
	id, _, found := bytes.Cut(rest, []byte(`"`))
	if !found {
		return ""
	}
	return string(id)
}
