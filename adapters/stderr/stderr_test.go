package stderr_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"orders/adapters/stderr"
)

// A reader takes what is written as its gate lets it, or refuses it.
type reader struct {
	gate chan struct{} // Closed, it lets all pass.

	mu    sync.Mutex
	text  bytes.Buffer
	fails error
	takes int // How many bytes of a piece it takes before it fails.
}

func newReader() *reader { return &reader{gate: make(chan struct{})} }

func (r *reader) Write(p []byte) (int, error) {
	<-r.gate
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fails != nil {
		n, _ := r.text.Write(p[:min(r.takes, len(p))])
		return n, r.fails
	}
	return r.text.Write(p)
}

func (r *reader) fail(err error, takes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fails, r.takes = err, takes
}

func (r *reader) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func TestLinesArriveInTheirOrder(t *testing.T) {
	r := newReader()
	close(r.gate)
	w := stderr.New(r, 1<<20)
	var want strings.Builder
	for n := range 1000 {
		fmt.Fprintf(&want, "line %d\n", n)
		fmt.Fprintf(w, "line %d\n", n)
	}
	w.Flush(time.Minute)
	if r.String() != want.String() {
		t.Errorf("written: %s", r)
	}
}

// Whoever logs does not wait for a reader that stalls; what is lost is counted.
func TestAReaderThatStalls(t *testing.T) {
	r := newReader()
	w := stderr.New(r, 100)
	for range 1000 {
		fmt.Fprint(w, "nine more\n")
	}
	began := time.Now()
	w.Flush(time.Millisecond)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the flush took %s", took)
	}
	close(r.gate)
	w.Flush(time.Minute)
	fmt.Fprint(w, "the last\n")
	w.Flush(time.Minute)
	kept := strings.Count(r.String(), "nine more\n")
	if kept < 10 || kept > 20 {
		t.Errorf("%d lines were kept, of 100 bytes twice", kept)
	}
	lost := 0
	for _, line := range regexp.MustCompile(`(\d+) log lines were lost\n`).
		FindAllStringSubmatch(r.String(), -1) {
		n, _ := strconv.Atoi(line[1])
		lost += n
	}
	if lost != 1000-kept {
		t.Errorf("%d were kept and %d lost, of 1000", kept, lost)
	}
	if !strings.HasSuffix(r.String(), "the last\n") {
		t.Errorf("written: %q", r)
	}
}

// A disk may be full for a while, a pipe without a reader.
func TestAWriterThatFailsForAWhile(t *testing.T) {
	for _, failure := range []error{syscall.ENOSPC, syscall.EPIPE, errors.New("any")} {
		r := newReader()
		close(r.gate)
		w := stderr.New(r, 1<<20)
		w.ReportLostBy(func(n int) []byte { return fmt.Appendf(nil, "lost=%d\n", n) })
		r.fail(failure, 3)
		fmt.Fprint(w, "first\n")
		w.Flush(time.Minute)
		fmt.Fprint(w, "second\n")
		w.Flush(time.Minute)
		r.fail(nil, 0)
		fmt.Fprint(w, "third\n")
		w.Flush(time.Minute)
		if got := r.String(); !strings.HasSuffix(got, "\nthird\nlost=2\n") {
			t.Errorf("%v: written %q", failure, got)
		}
	}
}
