// Package machine runs processes and tells what they used, and on what machine.
package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// A Process is one that we started, and end.
type Process struct {
	cmd    *exec.Cmd
	said   *tail
	exited chan struct{}
}

// A Program is what a process runs, with nothing but Env as its environment.
type Program struct {
	File string
	Args []string
	Env  []string
	Dir  string
	Tell io.Writer // Also gets what it says; nil for nobody.
}

// Start starts a program as a process that does not outlive us.
func Start(program Program) (*Process, error) {
	p := &Process{
		cmd:  exec.CommandContext(context.Background(), program.File, program.Args...), // See Stop.
		said: &tail{}, exited: make(chan struct{}),
	}
	p.cmd.Env, p.cmd.Dir = program.Env, program.Dir
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.said
	if program.Tell != nil {
		both := io.MultiWriter(p.said, program.Tell)
		p.cmd.Stdout, p.cmd.Stderr = both, both
	}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us to pass on.
	endWithUs(p.cmd.SysProcAttr)
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

// ID is that of the process.
func (p *Process) ID() int { return p.cmd.Process.Pid }

// Exited waits at most so long and says whether it has ended.
func (p *Process) Exited(within time.Duration) bool {
	select {
	case <-p.exited:
		return true
	case <-time.After(within):
		return false
	}
}

// stopMax is how long a process may take to end when it is asked to.
const stopMax = 10 * time.Second

// Stop asks the process to end, and insists after a while.
func (p *Process) Stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // It may have ended already.
	if !p.Exited(stopMax) {
		p.Kill()
	}
}

// Kill ends the process at once.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // It may have ended already.
	<-p.exited
}

// Said is the end of what it wrote.
func (p *Process) Said() string { return p.said.String() }

// answerMax is how long a service may take until its first answer.
const answerMax = 60 * time.Second

// Answers waits until GET url brings 200, and asks every millisecond.
func (p *Process) Answers(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, answerMax)
	defer cancel()
	for {
		err := get(ctx, url)
		switch {
		case err == nil:
			return nil
		case p.Exited(time.Millisecond):
			return fmt.Errorf("it ended: %s", p.Said())
		case ctx.Err() != nil:
			return fmt.Errorf("%w: %s", err, p.Said())
		}
	}
}

func get(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}

// Run runs a program to its end, and returns how long it took and the most memory that it had, in
// bytes. Its error quotes what the program said.
func Run(
	ctx context.Context, program Program,
) (took time.Duration, memory int64, err error) {
	begun := time.Now()
	p, err := Start(program)
	if err != nil {
		return 0, 0, err
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.Kill()
		return 0, 0, ctx.Err()
	}
	took = time.Since(begun)
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return 0, 0, fmt.Errorf("%s %v: exit code %d: %s",
			program.File, program.Args, code, p.Said())
	}
	if usage, ok := p.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		memory = usage.Maxrss * maxrssUnit
	}
	return took, memory, nil
}

// A tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailMax = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if n := len(t.text); n > tailMax {
		t.text = bytes.Clone(t.text[n-tailMax:])
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
