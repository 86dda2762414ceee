// Package stderr writes lines to a pipe, a file or a terminal that may be slow, full or gone. It
// never blocks its callers.
package stderr

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// PendingMax is how many bytes wait to be written, at most.
const PendingMax = 1 << 20

// A Writer keeps lines in memory until the underlying writer has taken them. It drops lines when
// too many wait, or when the underlying writer fails. It writes how many were lost as soon as it
// can.
type Writer struct {
	to   io.Writer
	max  int
	lost func(lines int) []byte

	mu      sync.Mutex
	pending []byte
	lines   int  // The number of pending lines.
	missing int  // The number of lost lines that are not reported yet.
	writing bool // A goroutine is writing, and will take the pending lines.
	wrote   *sync.Cond
	torn    bool // The last written line has no end. Only the writing goroutine uses it.
}

// New returns a Writer of lines to w, of which at most most bytes wait.
func New(w io.Writer, most int) *Writer {
	s := &Writer{to: w, max: most, lost: sentence}
	s.wrote = sync.NewCond(&s.mu)
	return s
}

func sentence(lines int) []byte { return fmt.Appendf(nil, "%d log lines were lost\n", lines) }

// ReportLostBy sets the function that formats the line about lost lines.
func (w *Writer) ReportLostBy(spell func(lines int) []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost = spell
}

// Write takes one line. It never waits, and never fails.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.pending)+len(p) > w.max {
		w.missing++
		return len(p), nil
	}
	w.pending = append(w.pending, p...)
	w.lines++
	w.begin()
	return len(p), nil
}

// begin starts the writing goroutine unless it runs.
func (w *Writer) begin() {
	if !w.writing {
		w.writing = true
		go w.drain()
	}
}

// drain writes all pending lines, in as few pieces as possible, and returns.
func (w *Writer) drain() {
	var text []byte
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.pending) > 0 {
		text, w.pending = w.pending, text[:0]
		lines, missing := w.lines, w.missing
		w.lines, w.missing = 0, 0
		spell := w.lost
		w.mu.Unlock()
		left := w.put(text, lines, missing, spell)
		w.mu.Lock()
		w.missing += left
		if left > 0 && len(w.pending) == 0 {
			break // The next Write tries again.
		}
	}
	w.writing = false
	w.wrote.Broadcast()
}

// put writes lines in text, after saying how many are missing. It returns how many are missing
// thereafter.
func (w *Writer) put(text []byte, lines, missing int, spell func(int) []byte) int {
	if w.torn && !w.write([]byte("\n")) {
		return missing + lines
	}
	if !w.write(text) {
		return missing + lines
	}
	if missing > 0 && !w.write(spell(missing)) { // They came after those in text.
		return missing
	}
	return 0
}

func (w *Writer) write(text []byte) bool {
	n, err := w.to.Write(text)
	if n > 0 {
		w.torn = text[n-1] != '\n'
	}
	return err == nil
}

// Flush returns when all lines are written or lost, or after most: their reader may have stopped.
func (w *Writer) Flush(most time.Duration) {
	ended := false
	timer := time.AfterFunc(most, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		ended = true
		w.wrote.Broadcast()
	})
	defer timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.writing && !ended {
		w.wrote.Wait()
	}
}
