// Package process runs a server of the tests as a child process, and fetches what one needs.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Process is a server that this process starts. While it is down it keeps its port and its data, so
// it can be started again. It needs no goroutine, so tests that look for leaks find none.
type Process struct {
	Binary string
	Args   []string
	Env    []string // Besides this process's own environment.
	Port   int
	Dir    string // The server owns it; its log is there, too.
	// Tail returns what an error quotes of a log.
	Tail func(log string) string

	cmd *exec.Cmd
	// gone gives EOF once the server has ended in any way: it alone, with its own children, holds
	// the other end.
	gone *os.File
}

// Address is where it listens while it runs.
func (p *Process) Address() string { return Address(p.Port) }

// Start starts it. Errors of the server itself show in Exited and Log.
func (p *Process) Start() error {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return err
	}
	log, err := os.OpenFile(p.logFile(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	gone, held, err := os.Pipe()
	if err != nil {
		return err
	}
	defer held.Close()
	p.cmd = exec.CommandContext(context.Background(), p.Binary, p.Args...)
	p.cmd.Env = append(os.Environ(), p.Env...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.ExtraFiles = []*os.File{held}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us to pass on.
	if err := p.cmd.Start(); err != nil {
		return errors.Join(err, gone.Close())
	}
	p.gone = gone
	return nil
}

// Signal sends a signal to it if it runs.
func (p *Process) Signal(signal syscall.Signal) error {
	if p.gone == nil {
		return nil
	}
	return p.cmd.Process.Signal(signal)
}

// Freeze stops it where it stands and returns once every one of its threads has.
func (p *Process) Freeze() error {
	if p.gone == nil {
		return nil
	}
	return Freeze(p.cmd.Process)
}

// Freeze stops a child process and returns once every one of its threads has stopped: on a busy
// machine that may take longer than the process needs to serve a request.
func Freeze(child *os.Process) error {
	if err := child.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for {
		_, err := syscall.Wait4(child.Pid, nil, syscall.WUNTRACED, nil)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// Thaw ends Freeze.
func (p *Process) Thaw() error { return p.Signal(syscall.SIGCONT) }

// Exited waits at most so long and says whether it has ended, or never ran.
func (p *Process) Exited(within time.Duration) bool {
	if p.gone == nil {
		return true
	}
	if err := p.gone.SetReadDeadline(time.Now().Add(within)); err != nil {
		return false
	}
	if _, err := p.gone.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		return false
	}
	_ = p.cmd.Wait() // How it ended does not matter: that it ended is the answer.
	_ = p.gone.Close()
	p.gone = nil
	return true
}

// Remove ends it at once and removes its data.
func (p *Process) Remove() error {
	if err := p.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	if !p.Exited(stopTimeout) {
		return fmt.Errorf("%s, process %d, does not end", p.Binary, p.cmd.Process.Pid)
	}
	return os.RemoveAll(p.Dir)
}

// Log returns the Tail of what it wrote since its last start.
func (p *Process) Log() string {
	text, err := os.ReadFile(p.logFile())
	if err != nil {
		return err.Error()
	}
	return p.Tail(string(text))
}

func (p *Process) logFile() string { return filepath.Join(p.Dir, "server.log") }
