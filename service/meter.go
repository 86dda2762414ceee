package service

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"orders/app/projection"
)

// lineEvery is the time between two lines without a terminal.
const lineEvery = 5 * time.Second

// A meter shows the progress of a rebuild: as a progress bar on a terminal, else in a plain line
// now and then.
type meter struct {
	out   io.Writer
	name  string
	began time.Time
	bar   *progressbar.ProgressBar // Nil without a terminal.

	mu     sync.Mutex
	last   projection.Progress
	lineAt time.Time // When the last line was written.
}

func newMeter(out io.Writer, name string) *meter {
	return &meter{
		out: out, name: name, began: time.Now(), lineAt: time.Now(), bar: newBar(out, name),
	}
}

// newBar returns nil without a terminal.
func newBar(out io.Writer, name string) *progressbar.ProgressBar {
	if f, ok := out.(interface{ Fd() uintptr }); !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return progressbar.NewOptions64(1,
		progressbar.OptionSetWriter(out),
		progressbar.OptionSetDescription(name),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
}

// show shows the progress. Several goroutines may call it at once.
func (m *meter) show(p projection.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	isFilled := p.Filled && !m.last.Filled
	m.last = p
	switch {
	case m.bar != nil:
		m.bar.ChangeMax64(int64(max(p.Size, p.Commits)))
		m.bar.Describe(fmt.Sprintf("%s: %d orders, %.0f/s", m.name, p.Orders, m.rate()))
		_ = m.bar.Set64(int64(p.Commits))
	case isFilled:
		m.line("; switching")
	case time.Since(m.lineAt) >= lineEvery:
		m.lineAt = time.Now()
		m.line(m.remaining())
	}
}

func (m *meter) line(more string) {
	_, _ = fmt.Fprintf(m.out, "%s: generation %d: %d orders, %.0f/s%s\n",
		m.name, m.last.Generation, m.last.Orders, m.rate(), more)
}

func (m *meter) rate() float64 { return float64(m.last.Orders) / time.Since(m.began).Seconds() }

// remaining estimates the time for the remaining commits.
func (m *meter) remaining() string {
	p := m.last
	if p.Commits == 0 || p.Size <= p.Commits {
		return ""
	}
	left := time.Since(m.began) * time.Duration(p.Size-p.Commits) / time.Duration(p.Commits)
	return fmt.Sprintf(", about %s left", left.Round(time.Second))
}

// finish writes the result if err is nil, and returns err.
func (m *meter) finish(err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bar != nil {
		_ = m.bar.Clear()
	}
	if err == nil {
		_, err = fmt.Fprintf(m.out, "%s: generation %d is live: %d orders in %s, %.0f/s\n",
			m.name, m.last.Generation, m.last.Orders,
			time.Since(m.began).Round(time.Millisecond), m.rate())
	}
	return err
}
