package main

import (
	"errors"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"orders/adapters/stderr"
	"orders/service"
)

// flushMax is how long the process waits at its end for the reader of its log.
const flushMax = 2 * time.Second

// nonBlockingStderr returns a stderr that takes lines however slow its reader is. When the reader
// has gone, the process lives on: without that, Go would end it at the next line.
func nonBlockingStderr() *stderr.Writer {
	signal.Ignore(syscall.SIGPIPE)
	w := stderr.New(os.Stderr, stderr.PendingMax)
	log.SetFlags(0)
	log.SetOutput(loginless{w}) // For libraries that use package log.
	return w
}

// A loginless writer removes logins from the lines that libraries log.
type loginless struct{ io.Writer }

// Write implements io.Writer.
func (l loginless) Write(line []byte) (int, error) {
	_, err := io.WriteString(l.Writer, service.WithoutLogins(string(line)))
	return len(line), err
}

// stdout is for the output of commands.
var stdout = output{os.Stdout}

// An output ends the process quietly when its reader has gone, as after `| head -1`. The exit code
// is that of a program that SIGPIPE has ended.
type output struct{ file *os.File }

// Write implements io.Writer.
func (o output) Write(p []byte) (int, error) {
	n, err := o.file.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		os.Exit(128 + int(syscall.SIGPIPE))
	}
	return n, err
}

// Fd lets callers find out whether the output is a terminal.
func (o output) Fd() uintptr { return o.file.Fd() }

// stopSignals are the signals that stop the service. An ignored SIGHUP stays ignored, as nohup
// requires.
func stopSignals() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// endAtOnce lets a second signal end the process, however long it takes to stop after the first. It
// resets the signals, since Fx listens to them, too. A second SIGHUP does not end the process, as a
// closed terminal often sends two.
func endAtOnce() { signal.Reset(os.Interrupt, syscall.SIGTERM) }
