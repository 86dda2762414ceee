package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// A progress shows the current step: as a bar on a terminal, and line by line elsewhere.
type progress struct {
	to    io.Writer
	bar   *progressbar.ProgressBar // Nil where there is no terminal.
	steps int
	done  int
	begun time.Time
}

func newProgress(to *os.File, steps int) *progress {
	p := &progress{to: to, steps: steps, begun: time.Now()}
	if info, err := to.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		p.bar = progressbar.NewOptions(steps, progressbar.OptionSetWriter(to),
			progressbar.OptionFullWidth(), progressbar.OptionShowCount(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish())
	}
	return p
}

// step ends the current step and begins the next.
func (p *progress) step(format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	p.done++
	if p.bar == nil {
		fmt.Fprintf(p.to, "%4d/%d %6s  %s\n",
			p.done, p.steps, time.Since(p.begun).Round(time.Second), what)
		return
	}
	p.bar.Describe(what)
	_ = p.bar.Set(p.done - 1) // Only a terminal that went away makes this fail.
}

// part says how far a long step has come.
func (p *progress) part(what string, done, of int) {
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%s, %d %%", what, 100*done/of))
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
