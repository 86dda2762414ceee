package socket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"orders/adapters/http/framing"
)

// Listen listens on address. Its connections refuse a request whose end is in doubt, or that is
// larger than most.
func Listen(ctx context.Context, address string, most framing.Limits) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; choose another port", address)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	return framing.Check(showing{l}, most), nil
}

// A showing listener's connections show how their answers are taken.
type showing struct{ net.Listener }

// Accept implements net.Listener.
func (s showing) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err == nil {
		showProgress(c)
	}
	return c, err
}
