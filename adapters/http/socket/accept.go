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
	// logEvery is the least time between two log lines about connections that are not served.
	logEvery = 30 * time.Second
)

// broken are the errors after which a listener will never accept again. All other errors pass:
// descriptors and memory become free, another client comes, networks return.
var broken = []error{net.ErrClosed, syscall.EBADF, syscall.EINVAL, syscall.ENOTSOCK}

// scarce are the errors that go away when there are fewer connections.
var scarce = []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}

func isOne(err error, of []error) bool {
	return slices.ContainsFunc(of, func(each error) bool { return errors.Is(err, each) })
}

// A watched listener accepts connections until it is closed, whatever errors happen meanwhile.
type watched struct {
	net.Listener
	all     *Conns
	failing Throttled
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
		if tries, due := w.failing.Count(); due {
			w.all.Log.Warn("Connections wait to be accepted", slog.Any("error", err),
				slog.Int("tries", tries), slog.Int("shed", shed))
		}
		time.Sleep(wait)
	}
}

// A Throttled event is logged now and then, with how often it happened.
type Throttled struct {
	last  time.Time
	count int
}

// Count counts the event. It reports whether a log line is due, and how many events that line
// counts.
func (o *Throttled) Count() (count int, due bool) {
	o.count++
	if time.Since(o.last) < logEvery {
		return 0, false
	}
	count, o.count, o.last = o.count, 0, time.Now()
	return count, true
}
