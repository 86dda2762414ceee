package socket

import (
	"errors"
	"log/slog"
	"net"
	"slices"
	"syscall"
	"time"
)

const (
	// acceptFirst and acceptMax are the shortest and longest time between two tries to accept.
	acceptFirst = 5 * time.Millisecond
	acceptMax   = time.Second
	// sayEvery passes at least between two lines about connections that are not served.
	sayEvery = 30 * time.Second
)

// broken are the errors after which a listener will not accept again. All others pass: descriptors
// and memory come back, a client that has gone is not the next one, networks return.
var broken = []error{net.ErrClosed, syscall.EBADF, syscall.EINVAL, syscall.ENOTSOCK}

// scarce are those that fewer connections help against.
var scarce = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}

func isOne(err error, of []error) bool {
	return slices.ContainsFunc(of, func(each error) bool { return errors.Is(err, each) })
}

// A watched listener accepts until it is closed, whatever happens meanwhile.
type watched struct {
	net.Listener
	all     *Conns
	failing Occasional
}

// Accept implements net.Listener.
func (w *watched) Accept() (net.Conn, error) {
	for {
		accepted, err := w.accept()
		if err != nil {
			return nil, err
		}
		c, ok := w.all.admit(accepted)
		if ok {
			return c, nil
		}
		w.all.Refuse(c)
	}
}

func (w *watched) accept() (net.Conn, error) {
	for wait := acceptFirst; ; wait = min(2*wait, acceptMax) {
		accepted, err := w.Listener.Accept()
		if err == nil || isOne(err, broken) {
			return accepted, err
		}
		shed := 0
		if isOne(err, scarce) {
			shed = w.all.shedSome()
		}
		if tries, say := w.failing.Count(); say {
			w.all.Log.Warn("connections wait to be accepted", slog.Any("error", err),
				slog.Int("tries", tries), slog.Int("shed", shed))
		}
		time.Sleep(wait)
	}
}

// An Occasional event is told of once in a while, with how often it happened.
type Occasional struct {
	last  time.Time
	count int
}

// Count counts the event, and reports whether to tell of it now, and how many there were.
func (o *Occasional) Count() (count int, say bool) {
	o.count++
	if time.Since(o.last) < sayEvery {
		return 0, false
	}
	count, o.count, o.last = o.count, 0, time.Now()
	return count, true
}
