package socket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"

	"orders/adapters/http/framing"
)

// Listen listens on address. Its connections refuse a request whose end is ambiguous, or that is
// larger than most. They speak TLS if security has a configuration: below what looks at requests,
// and above TCP.
func Listen(
	ctx context.Context, address string, security Security, most framing.Limits,
) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is in use by another program; choose another port", address)
	case err != nil:
		return nil, fmt.Errorf("listen on %s: %w", address, err)
	}
	l = limited{l}
	if security.Config != nil {
		l = secured{l, security, &failures{}}
	}
	return framing.Check(l, most), nil
}

// A limited listener limits how much of an answer the kernel buffers.
type limited struct{ net.Listener }

// Accept implements net.Listener.
func (s limited) Accept() (net.Conn, error) {
	c, err := s.Listener.Accept()
	if err == nil {
		limitUnsent(c)
	}
	return c, err
}
