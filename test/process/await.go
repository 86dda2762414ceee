package process

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

const pollEvery = 10 * time.Millisecond

// AwaitListening waits until something listens at address. It gives up early once the server has
// ended, which exited waits for.
func AwaitListening(
	ctx context.Context, address string, exited func(within time.Duration) bool,
) error {
	for {
		err := listening(ctx, address)
		if err == nil {
			return nil
		}
		if exited(pollEvery) {
			return errors.New("the server ended at once")
		}
		if ctx.Err() != nil {
			return err
		}
	}
}

// listening returns nil if address takes a connection and keeps it: Docker's proxy takes any, and
// drops it while the server is not there.
func listening(ctx context.Context, address string) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetReadDeadline(time.Now().Add(2 * pollEvery)); err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 1))
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return fmt.Errorf("not yet listening: %w", err)
}

// Poll repeats check until it succeeds. At the end of ctx it returns the last error.
func Poll(ctx context.Context, check func() error) error {
	for {
		err := check()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-time.After(pollEvery):
		}
	}
}
