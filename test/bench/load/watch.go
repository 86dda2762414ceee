package load

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net"
	"net/http/httputil"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

const (
	allOrders = "/queries/orders/stream"
	// lagEvery is of how many orders one is chosen whose lag is measured, at every watcher.
	lagEvery = 16
	lineMax  = 16 << 10
)

// Watchers are clients of the stream of all orders. They read and count the events, and decode
// nothing but the ID of each.
type Watchers struct {
	all  []*watcher
	busy sync.WaitGroup
	seed maphash.Seed

	mu       sync.Mutex
	answered map[uint64]time.Time // When the orders that are chosen were acknowledged.
}

type watcher struct {
	conn   net.Conn
	events atomic.Int64
	ended  atomic.Bool

	mu   sync.Mutex
	seen []sighting
}

// A sighting is an event of an order that is chosen.
type sighting struct {
	order uint64 // The hash of its ID.
	at    time.Time
}

// Watch opens so many streams, and returns once each has begun. Close ends them.
func Watch(ctx context.Context, address string, n int) (*Watchers, error) {
	all := &Watchers{seed: maphash.MakeSeed(), answered: map[uint64]time.Time{}}
	for range n {
		w, from, err := open(ctx, address)
		if err != nil {
			all.Close()
			return nil, fmt.Errorf("open stream %d of %d: %w", len(all.all)+1, n, err)
		}
		all.all = append(all.all, w)
		all.busy.Go(func() {
			all.read(w, from)
			w.ended.Store(true)
		})
	}
	return all, nil
}

// open opens a stream, and reads until its first id, which says where it begins.
func open(ctx context.Context, address string) (*watcher, *bufio.Reader, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, nil, err
	}
	from, err := begin(conn, address)
	if err != nil {
		_ = conn.Close()
		return nil, nil, err
	}
	return &watcher{conn: conn}, from, nil
}

func begin(conn net.Conn, address string) (*bufio.Reader, error) {
	_ = conn.SetDeadline(time.Now().Add(answerMax))
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", allOrders,
		address); err != nil {
		return nil, err
	}
	raw := bufio.NewReaderSize(conn, lineMax)
	for n := 0; ; n++ {
		line, err := raw.ReadString('\n')
		if err != nil {
			return nil, err
		}
		if n == 0 && !strings.Contains(line, " 200 ") {
			return nil, errors.New(strings.TrimSpace(line))
		}
		if line == "\r\n" {
			break
		}
	}
	from := bufio.NewReaderSize(httputil.NewChunkedReader(raw), lineMax)
	for {
		line, err := from.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if bytes.HasPrefix(line, []byte("id:")) {
			return from, conn.SetDeadline(time.Time{})
		}
	}
}

// read reads events until the stream ends.
func (all *Watchers) read(w *watcher, from *bufio.Reader) {
	for {
		line, err := from.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue // The rest of a long line counts for nothing.
		}
		if err != nil {
			return
		}
		if bytes.HasPrefix(line, []byte("data: ")) {
			all.see(w, OrderID(line))
		}
	}
}

func (all *Watchers) see(w *watcher, id string) {
	if id == "" {
		return // A reset, which tells of no order.
	}
	w.events.Add(1)
	if order := maphash.String(all.seed, id); order%lagEvery == 0 {
		now := time.Now()
		w.mu.Lock()
		defer w.mu.Unlock()
		w.seen = append(w.seen, sighting{order, now})
	}
}

// Answered notes when an order was acknowledged. It is for Load.Answered.
func (all *Watchers) Answered(answer []byte) {
	order := maphash.String(all.seed, OrderID(answer))
	if order%lagEvery != 0 {
		return
	}
	now := time.Now()
	all.mu.Lock()
	defer all.mu.Unlock()
	all.answered[order] = now
}

// Forget makes what has come count for nothing. It is for when all that was asked for has come.
func (all *Watchers) Forget() {
	all.mu.Lock()
	defer all.mu.Unlock()
	clear(all.answered)
	for _, w := range all.all {
		w.mu.Lock()
		w.seen = nil
		w.mu.Unlock()
		w.events.Store(0)
	}
}

// Await waits until each watcher whose stream goes on was told of so many orders, at most so long.
func (all *Watchers) Await(events uint64, most time.Duration) {
	for begun := time.Now(); time.Since(begun) < most; time.Sleep(time.Millisecond) {
		if lost, _ := all.Lost(events); lost == 0 {
			return
		}
	}
}

// Lost is of how many of so many orders watchers were not told, all together, and how many streams
// have ended, of which it counts nothing.
func (all *Watchers) Lost(orders uint64) (lost, ended int64) {
	for _, w := range all.all {
		if w.ended.Load() {
			ended++
			continue
		}
		lost += int64(orders) - w.events.Load()
	}
	return lost, ended
}

// Events is how many came, to all.
func (all *Watchers) Events() (n int64) {
	for _, w := range all.all {
		n += w.events.Load()
	}
	return n
}

// Lag is how long after the answer to its creation an order came, at each watcher. An event that
// came before the answer has the lag 0.
func (all *Watchers) Lag() *hdrhistogram.Histogram {
	lag := NewHistogram()
	all.mu.Lock()
	defer all.mu.Unlock()
	for _, w := range all.all {
		w.mu.Lock()
		for _, s := range w.seen {
			if answered, known := all.answered[s.order]; known {
				_ = lag.RecordValue(max(0, s.at.Sub(answered)).Microseconds())
			}
		}
		w.mu.Unlock()
	}
	return lag
}

// Close ends all streams.
func (all *Watchers) Close() {
	for _, w := range all.all {
		_ = w.conn.Close()
	}
	all.busy.Wait()
}
