package service

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"orders/app/backup"
)

// A copyMeter shows the progress of an export or an import: as a progress bar on a terminal, else
// in a plain line now and then.
type copyMeter struct {
	out  io.Writer
	name string
	size int                      // About how many commits there are; 0 if nobody knows yet.
	bar  *progressbar.ProgressBar // Nil without a terminal.

	mu     sync.Mutex
	phase  backup.Phase
	began  time.Time // The phase.
	had    int       // How many commits there were then.
	lineAt time.Time // When the last line was written.
}

func newCopyMeter(out io.Writer, name string) *copyMeter {
	return &copyMeter{out: out, name: name, bar: newBar(out, name), lineAt: time.Now()}
}

// show shows the progress.
func (m *copyMeter) show(p backup.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if p.Phase != m.phase {
		m.phase, m.began, m.had = p.Phase, now, p.Commits
	}
	m.size = max(m.size, p.Size)
	text := fmt.Sprintf("%s, %s: %d commits", m.name, p.Phase, p.Commits)
	if past := now.Sub(m.began); past > time.Second {
		text += fmt.Sprintf(", %.0f/s", float64(p.Commits-m.had)/past.Seconds())
	}
	switch {
	case m.bar != nil:
		m.bar.ChangeMax64(int64(max(m.size, p.Commits)))
		m.bar.Describe(text)
		_ = m.bar.Set64(int64(p.Commits))
	case now.Sub(m.lineAt) >= lineEvery:
		m.lineAt = now
		if m.size > p.Commits {
			text += fmt.Sprintf(", of about %d", m.size)
		}
		_, _ = fmt.Fprintln(m.out, text)
	}
}

// checking shows how many commits of a file are checked.
func (m *copyMeter) checking(commits int) {
	m.show(backup.Progress{Phase: backup.Checking, Commits: commits})
}

// print writes a line between those of the progress.
func (m *copyMeter) print(line string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bar != nil {
		_ = m.bar.Clear()
	}
	_, _ = fmt.Fprintln(m.out, line)
}

// finish writes the result if err is nil, and returns err.
func (m *copyMeter) finish(err error, format string, args ...any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.bar != nil {
		_ = m.bar.Clear()
	}
	if err == nil {
		_, err = fmt.Fprintf(m.out, m.name+": "+format+"\n", args...)
	}
	return err
}
