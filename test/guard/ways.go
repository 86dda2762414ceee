package guard

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
	"time"
)

// Node is one server. While it is down it keeps its port and its data.
type Node interface {
	Address() string
	Start() error
	Signal(syscall.Signal) error
	Freeze() error
	Thaw() error
	// Exited waits at most so long and says whether it has ended, or never ran.
	Exited(within time.Duration) bool
	Log() string
	Remove() error
}

// End ends a node by a signal, and waits at most so long until it has ended.
func End(n Node, signal syscall.Signal, within time.Duration) error {
	if err := n.Signal(signal); err != nil {
		return err
	}
	if !n.Exited(within) {
		return fmt.Errorf("it still runs %v after signal %v", within, signal)
	}
	return nil
}

// Way is one manner of having servers. What it needs is looked for once per test binary.
type Way[M any] struct {
	Name    string
	Prepare func() (M, error)
}

// Launch starts servers in the first way that works, or in the one that is forced.
func Launch[M, S any](
	tb testing.TB, ways []Way[M], forced string, start func(M) (S, error),
) (started S, err error) {
	tb.Helper()
	var failures []error
	for _, way := range ways {
		if forced != "" && forced != way.Name {
			continue
		}
		made, err := way.Prepare()
		if err == nil {
			if started, err = start(made); err == nil {
				return started, nil
			}
		}
		err = fmt.Errorf("%s: %w", way.Name, err)
		tb.Logf("no server by way of %v", err)
		failures = append(failures, err)
	}
	if len(failures) == 0 {
		failures = append(failures, fmt.Errorf("%s is no way", forced))
	}
	return started, errors.Join(failures...)
}

// Remove ends a server after the test, and removes its data.
func Remove(tb testing.TB, nodes ...Node) {
	tb.Cleanup(func() {
		for _, node := range nodes {
			if err := node.Remove(); err != nil {
				tb.Errorf("remove a server: %v", err)
			}
		}
	})
}

// SkipIfShort skips a test that needs a real server.
func SkipIfShort(tb testing.TB) {
	tb.Helper()
	if testing.Short() {
		tb.Skip("needs a real server, which -short does without")
	}
}
