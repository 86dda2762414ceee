// Package load asks a service as many clients would, and tells how it fared.
package load

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"github.com/valyala/fasthttp"
)

// A Load is what many connections ask of one service.
type Load struct {
	Address     string // Host and port.
	Connections int
	Rate        float64 // Requests per second of an open loop; 0 means a closed one.
	Requests    uint64  // How many are sent at most; 0 for no limit.
	Ask         Ask
	Want        int  // The status of a good answer.
	Lag         bool // Also measure how long it takes until an order that was acknowledged is read.

	Answered func(answer []byte) // Is told of each good answer, by many at once; nil for nobody.
}

// An Ask fills in the n-th request of a load. It is called by many at once.
type Ask func(n uint64, r *fasthttp.Request)

// A Result is what a load measured. Its histograms are in microseconds.
type Result struct {
	Answers uint64        // Good ones.
	Took    time.Duration // From the first request until the last answer.
	Latency *hdrhistogram.Histogram
	Lag     *hdrhistogram.Histogram // Empty if it was not asked for, or nothing was read.
}

// Rate is the good answers per second.
func (r Result) Rate() float64 { return float64(r.Answers) / r.Took.Seconds() }

// latencyMax is the longest latency that is told from a longer one.
const latencyMax = 2 * time.Minute

// answerMax is how long an answer is waited for.
const answerMax = 30 * time.Second

// NewHistogram has three significant digits, of a microsecond to latencyMax.
func NewHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, latencyMax.Microseconds(), 3)
}

// Run asks for so long. An answer that is not the one wanted ends it with an error, since what is
// measured then means nothing; so does the end of ctx.
func (l Load) Run(ctx context.Context, long time.Duration) (Result, error) {
	client := &fasthttp.HostClient{
		Addr: l.Address, MaxConns: l.Connections, ReadTimeout: answerMax,
		WriteTimeout: answerMax, MaxIdleConnDuration: time.Minute,
		NoDefaultUserAgentHeader: true,
	}
	defer client.CloseIdleConnections()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{Load: l, client: client, stop: stop, begun: time.Now(), lag: newSampler(l)}
	r.end = r.begun.Add(long)
	results := make([]*hdrhistogram.Histogram, l.Connections)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() { results[i] = r.work(ctx) })
	}
	all.Wait()
	took := time.Since(r.begun)
	result := Result{Took: took, Latency: NewHistogram(), Lag: r.lag.wait()}
	for _, h := range results {
		result.Latency.Merge(h)
	}
	result.Answers = uint64(result.Latency.TotalCount())
	return result, context.Cause(ctx)
}

// A run is a load under way.
type run struct {
	Load
	client *fasthttp.HostClient
	stop   context.CancelCauseFunc
	lag    *sampler
	begun  time.Time
	end    time.Time
	asked  atomic.Uint64
}

// work is one connection.
func (r *run) work(ctx context.Context) *hdrhistogram.Histogram {
	latency := NewHistogram()
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	for ctx.Err() == nil {
		n := r.asked.Add(1) - 1
		intended := r.turn(n)
		if !intended.Before(r.end) || r.Requests > 0 && n >= r.Requests {
			break
		}
		request.Reset()
		r.Ask(n, request)
		request.URI().SetHost(r.Address)
		err := r.client.Do(request, response)
		if err == nil && response.StatusCode() != r.Want {
			err = fmt.Errorf("status %d: %.300s", response.StatusCode(), response.Body())
		}
		if err != nil {
			r.stop(fmt.Errorf("ask %s: %w", r.Address, err))
			break
		}
		_ = latency.RecordValue(min(time.Since(intended), latencyMax).Microseconds())
		if r.Answered != nil {
			r.Answered(response.Body())
		}
		r.lag.sample(n, response.Body())
	}
	return latency
}

// turn waits until the n-th request is due and returns when that was. In a closed loop it is due
// as soon as the connection is free. In an open loop the time is fixed, so a request that comes
// late, since all connections are waiting, counts from when it should have been sent.
func (r *run) turn(n uint64) time.Time {
	if r.Rate == 0 {
		return time.Now()
	}
	due := Due(r.begun, n, r.Rate)
	if due.Before(r.end) {
		time.Sleep(time.Until(due))
	}
	return due
}

// Due is when the n-th of so many requests per second is to be sent.
func Due(begun time.Time, n uint64, rate float64) time.Time {
	return begun.Add(time.Duration(float64(n) / rate * float64(time.Second)))
}
