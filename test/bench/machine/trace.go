package machine

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// A Trace reads what Go's runtime writes to stderr of a program with the variable of TraceEvery, as
// any Go program does: it needs nothing of the program itself.
type Trace struct {
	mu         sync.Mutex
	rest       []byte // Of a line that is not whole.
	counted    int    // Of the goroutines that are being listed.
	goroutines int
	heap       int64
}

// TraceEvery is the variable that makes the runtime list its goroutines so often, and tell of each
// garbage collection.
func TraceEvery(d time.Duration) string {
	return fmt.Sprintf("GODEBUG=gctrace=1,scheddetail=1,schedtrace=%d", d.Milliseconds())
}

// Goroutines is how many there were when they were last listed, with those of the runtime; 0 if
// they were not yet.
func (t *Trace) Goroutines() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.goroutines
}

// Heap is how many bytes the last garbage collection left in use; 0 if there was none. The runtime
// tells whole MiB.
func (t *Trace) Heap() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heap
}

// Write implements io.Writer.
func (t *Trace) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rest = append(t.rest, p...)
	for {
		line, rest, whole := bytes.Cut(t.rest, []byte("\n"))
		if !whole {
			t.rest = bytes.Clone(t.rest)
			return len(p), nil
		}
		t.rest = rest
		t.line(line)
	}
}

var (
	listing   = regexp.MustCompile(`^SCHED \d+ms:`)
	goroutine = regexp.MustCompile(`^  G\d+: status=(\d+)\(`)
	collected = regexp.MustCompile(`^gc \d+ @.* \d+->\d+->(\d+) MB, `)
)

// dead is the status of a goroutine that has ended, which the runtime keeps for another one.
const dead = "6"

// line reads one line. A listing begins with its head, and is whole when the next one begins.
func (t *Trace) line(text []byte) {
	if listing.Match(text) {
		if t.counted > 0 {
			t.goroutines = t.counted
		}
		t.counted = 0
		return
	}
	if g := goroutine.FindSubmatch(text); g != nil {
		if string(g[1]) != dead {
			t.counted++
		}
		return
	}
	if gc := collected.FindSubmatch(text); gc != nil {
		megabytes, _ := strconv.ParseInt(string(gc[1]), 10, 64) // Digits are a number.
		t.heap = megabytes << 20
	}
}
