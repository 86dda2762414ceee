package machine

import (
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// As a Go program writes it, with a line of its own in between.
const traced = `SCHED 0ms: gomaxprocs=2 idleprocs=1 threads=3
  P0: status=0 schedtick=0
  M0: p=0 curg=nil mallocing=0
  G1: status=4(chan receive) m=nil lockedm=nil
  G2: status=6() m=nil lockedm=nil
time=x level=WARN msg="G9: status=4(select)"
  G3: status=2(sleep) m=0 lockedm=nil
gc 7 @0.5s 3%: 0.1+1.2+0.3 ms clock, 0.2+0.1/0.3/0.4+0.6 ms cpu, 14->15->12 MB, 28 MB goal, 2 P
SCHED 10ms: gomaxprocs=2 idleprocs=1 threads=3
  G1: status=4(chan receive) m=nil lockedm=nil
`

func TestATraceIsReadInPieces(t *testing.T) {
	for _, size := range []int{1, 7, len(traced)} {
		var got Trace
		_, err := io.CopyBuffer(struct{ io.Writer }{&got},
			struct{ io.Reader }{strings.NewReader(traced)}, make([]byte, size))
		if err != nil || got.Goroutines() != 2 || got.Heap() != 12<<20 {
			t.Errorf("in pieces of %d bytes: %d goroutines, %d bytes, %v", size,
				got.Goroutines(), got.Heap(), err)
		}
	}
}

// TestMain lets the test binary be a program with goroutines.
func TestMain(m *testing.M) {
	if os.Getenv("GOROUTINES") == "" {
		os.Exit(m.Run())
	}
	for range 100 {
		go func() { select {} }()
	}
	used := make([]byte, 8<<20)
	runtime.GC()
	time.Sleep(time.Minute)
	runtime.KeepAlive(used)
}

// The runtime's own words may change with each release of Go.
func TestAGoProgramIsTraced(t *testing.T) {
	var got Trace
	p, err := Start(Program{
		File: os.Args[0], Tell: &got,
		Env: []string{"GOROUTINES=1", TraceEvery(10 * time.Millisecond)},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Kill()
	for begun := time.Now(); got.Goroutines() < 100 || got.Heap() == 0; {
		if time.Since(begun) > 50*time.Second {
			t.Fatalf("%d goroutines, %d bytes: %s", got.Goroutines(), got.Heap(), p.Said())
		}
		time.Sleep(time.Millisecond)
	}
	if n := got.Goroutines(); n > 150 {
		t.Errorf("there are %d goroutines, not about a hundred", n)
	}
	if runtime.GOOS != "linux" {
		return
	}
	if memory, err := Memory(p.ID()); err != nil || memory < 1<<20 {
		t.Errorf("%d bytes, %v", memory, err)
	}
	if files, err := Files(p.ID()); err != nil || files < 3 {
		t.Errorf("%d files, %v", files, err)
	}
}
