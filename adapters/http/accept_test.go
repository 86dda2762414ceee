package http_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"orders/adapters/http"
)

// failing is a listener that cannot always accept.
type failing struct {
	net.Listener
	errs  atomic.Pointer[error]
	tries atomic.Int32
}

func (f *failing) Accept() (net.Conn, error) {
	f.tries.Add(1)
	if err := f.errs.Load(); err != nil {
		return nil, &net.OpError{Op: "accept", Err: *err}
	}
	return f.Listener.Accept()
}

// What keeps a listener from accepting passes, and is told of once.
func TestAcceptingFailsForAWhile(t *testing.T) {
	for _, err := range []error{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED,
		syscall.EPROTO, syscall.EPERM, syscall.ENETDOWN, syscall.EHOSTUNREACH,
		errors.New("never heard of"),
	} {
		t.Run(err.Error(), func(t *testing.T) {
			s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
			if err := s.Listen(t.Context()); err != nil {
				t.Fatal(err)
			}
			l := acceptsFrom(t, s, err)
			l.errs.Store(nil)
			c, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprint(c, ask)
			answers(t, c, 1)[0].is(t, 200)
			s.log.mu.Lock()
			defer s.log.mu.Unlock()
			if n := strings.Count(string(s.log.text), "Connections wait"); n != 1 {
				t.Errorf("told %d times", n)
			}
		})
	}
}

// acceptsFrom serves from a listener that fails with err, and waits for some tries.
func acceptsFrom(t *testing.T, s *service, err error) *failing {
	t.Helper()
	inner, dialErr := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if dialErr != nil {
		t.Fatal(dialErr)
	}
	f := &failing{Listener: inner}
	f.errs.Store(&err)
	_ = s.CloseListener()
	s.ListenOn(f)
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	t.Cleanup(func() {
		if err := errors.Join(s.Shutdown(t.Context()), <-served); err != nil &&
			!errors.Is(err, t.Context().Err()) {
			t.Error(err)
		}
	})
	s.until(t, "it has tried", func() bool { return f.tries.Load() > 4 })
	return f
}

// A server that cannot accept stops as any other.
func TestAShutdownWhileAcceptingFails(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	f := acceptsFrom(t, s, syscall.EMFILE)
	time.AfterFunc(200*time.Millisecond, func() { f.errs.Store(&net.ErrClosed) })
}

// When descriptors are scarce, idle connections give theirs back.
func TestIdleConnectionsEndWhenFilesAreScarce(t *testing.T) {
	s := startWith(t, http.Config{Address: "127.0.0.1:0"}, nil, nil)
	if err := s.Listen(t.Context()); err != nil {
		t.Fatal(err)
	}
	scarce := error(syscall.EMFILE)
	l := acceptsFrom(t, s, errors.New("not yet"))
	l.errs.Store(nil)
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, ask)
	answers(t, c, 1)
	settle()
	l.errs.Store(&scarce)
	// Another one wakes the accept under way.
	other, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	hangsUp(t, c)
	l.errs.Store(nil)
}
