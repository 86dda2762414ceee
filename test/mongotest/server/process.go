package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// As much of a log as an error quotes.
const (
	linesMax = 5
	lineMax  = 500
)

// Process is a mongod that this process starts. While it is down it keeps its port and its data,
// so it can be started again. It needs no goroutine, so tests that look for leaks find none.
type Process struct {
	Binary string
	Port   int
	Dir    string
	Args   []string

	cmd *exec.Cmd
	// gone gives EOF once mongod, which alone holds the other end, has ended in any way.
	gone *os.File
}

// NewProcess returns a mongod that is not yet started. It makes dir, which the mongod owns.
func NewProcess(binary string, port int, dir string, args ...string) (*Process, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return &Process{Binary: binary, Port: port, Dir: dir, Args: args}, nil
}

// Address is where it listens while it runs.
func (p *Process) Address() string { return Address(p.Port) }

// Start starts it. Errors of mongod itself show in Exited and Log.
func (p *Process) Start() error {
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
	p.cmd = exec.CommandContext(context.Background(), p.Binary, append([]string{
		"--dbpath", p.Dir, "--bind_ip", Host, "--port", strconv.Itoa(p.Port),
	}, p.Args...)...)
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
	if err := p.Signal(syscall.SIGSTOP); err != nil || p.gone == nil {
		return err
	}
	for {
		_, err := syscall.Wait4(p.cmd.Process.Pid, nil, syscall.WUNTRACED, nil)
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
	if !p.Exited(10 * time.Second) {
		return fmt.Errorf("mongod %d does not end", p.cmd.Process.Pid)
	}
	return os.RemoveAll(p.Dir)
}

// Log returns the last errors that it wrote.
func (p *Process) Log() string {
	text, err := os.ReadFile(p.logFile())
	if err != nil {
		return err.Error()
	}
	return Tail(string(text))
}

func (p *Process) logFile() string { return filepath.Join(p.Dir, "mongod.log") }

// Tail returns the last errors in a log of mongod.
func Tail(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	var errors []string
	for _, line := range lines {
		line = line[:min(len(line), lineMax)]
		if !strings.HasPrefix(line, "{") || strings.Contains(line, `"s":"E"`) {
			errors = append(errors, line)
		}
	}
	if len(errors) == 0 {
		return "no error in its log"
	}
	return strings.Join(errors[max(0, len(errors)-linesMax):], "\n")
}
