package jsonl

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"orders/domain/order"
	"orders/ports"
)

// cannotWrite opens a file so that each write to it fails, as on a disk that is full.
func cannotWrite(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// The outcome of a commit stays unknown, also when it is sent again, until the store is opened
// again. Other commits are not written, and their senders learn that.
func TestAnUnknownOutcomeStaysUnknown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.jsonl")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.file.Close() })
	_ = s.file.Close()
	s.file = cannotWrite(t, path)
	commit := func(n byte) (ports.Stream, ports.Commit) {
		id := order.MakeID(append(make([]byte, 16), n))
		return ports.Stream{ID: id}, ports.Commit{OrderID: id, Version: 1, ID: string('a' + n)}
	}
	for n, want := range []error{ports.ErrOutcomeUnknown, ports.ErrUnavailable} {
		past, c := commit(byte(n))
		for range 2 {
			if err := s.Append(t.Context(), past, c); !errors.Is(err, want) {
				t.Errorf("commit %d: %v, want %v", n, err, want)
			}
		}
	}
	past, first := commit(0)
	if err := s.Append(t.Context(), past, first); !errors.Is(err, ports.ErrOutcomeUnknown) {
		t.Errorf("the first one, after others: %v", err)
	}
}

// A store that cannot be created has recorded nothing.
func TestAFullDiskIsNoUnknownOutcome(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.jsonl")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Store{file: cannotWrite(t, path)}
	if err := s.create(); err == nil || errors.Is(err, ports.ErrOutcomeUnknown) {
		t.Errorf("error %v", err)
	}
}
