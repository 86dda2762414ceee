package main

import (
	"errors"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"orders/adapters/stderr"
)

// flushMax is how long the end of the process waits for who reads its log.
const flushMax = 2 * time.Second

// withoutWaiting returns a stderr that takes lines however slow its reader is, and makes a reader
// that goes away no reason to die: of that Go would die at the next line.
func withoutWaiting() *stderr.Writer {
	signal.Ignore(syscall.SIGPIPE)
	w := stderr.New(os.Stderr, stderr.PendingMax)
	log.SetFlags(0)
	log.SetOutput(w) // For libraries that log by themselves.
	return w
}

// stdout is for the output of commands.
var stdout = output{os.Stdout}

// An output ends the process when its reader has gone, as `| head -1` does: quietly, and with the
// exit code that a shell gives to a program that dies of it.
type output struct{ file *os.File }

// Write implements io.Writer.
func (o output) Write(p []byte) (int, error) {
	n, err := o.file.Write(p)
	if errors.Is(err, syscall.EPIPE) {
		os.Exit(128 + int(syscall.SIGPIPE))
	}
	return n, err
}

// Fd tells whether it is a terminal.
func (o output) Fd() uintptr { return o.file.Fd() }

// endings are the signals that stop the service. An ignored SIGHUP stays ignored: nohup asks
// for that.
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		all = append(all, syscall.SIGHUP)
	}
	return all
}

// endAtOnce lets a second signal end the process, however long it takes to stop after the first. To
// stop our own listening would not do: Fx listens, too. A terminal that is closed often sends two
// SIGHUP, which are one wish.
func endAtOnce() { signal.Reset(os.Interrupt, syscall.SIGTERM) }
