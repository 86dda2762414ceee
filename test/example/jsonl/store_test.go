package jsonl_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/example/jsonl"
)

func TestEventStore(t *testing.T) {
	contract.EventStore(t, func(t *testing.T) ports.EventStore { return empty(t) })
}

func TestEventFeed(t *testing.T) {
	contract.EventFeed(t, func(t *testing.T) contract.Log { return empty(t) })
}

func TestTimeline(t *testing.T) {
	contract.Timeline(t, func(t *testing.T) contract.Moments {
		return contract.Moments{
			Timed: empty(t), Write: func(context.Context) error { return nil },
		}
	})
}

func TestArchive(t *testing.T) {
	contract.Archive(t, func(t *testing.T) contract.Archived { return empty(t) })
}

func TestLastingStore(t *testing.T) {
	contract.LastingStore(t, func(t *testing.T) contract.Lasting {
		path := filepath.Join(t.TempDir(), "orders.jsonl")
		return reopening(t, path, open(t, path))
	})
}

func reopening(t *testing.T, path string, s *jsonl.Store) contract.Lasting {
	return contract.Lasting{Log: s, Reopen: func() (contract.Lasting, error) {
		err := s.Close()
		return reopening(t, path, open(t, path)), err
	}}
}

func empty(t *testing.T) *jsonl.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "orders.jsonl"))
}

func open(t *testing.T, path string) *jsonl.Store {
	t.Helper()
	s, err := jsonl.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// confirmed is a file with an order of two commits.
func confirmed(t *testing.T) (path string, id order.ID) {
	t.Helper()
	path, id = filepath.Join(t.TempDir(), "orders.jsonl"), order.MakeID(make([]byte, 17))
	s, past := open(t, path), ports.Stream{ID: id}
	for n, e := range []order.Event{order.Created{UserID: "ann"}, order.Confirmed{}} {
		c := ports.Commit{
			OrderID: id, Version: n + 1, At: time.UnixMilli(0).UTC(), ID: e.Type(),
			Events: []order.Event{e},
		}
		if err := s.Append(t.Context(), past, c); err != nil {
			t.Fatal(err)
		}
		past = past.With(c)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path, id
}

// A process that dies while it writes leaves a part of a line, wherever it is torn.
func TestATornLineIsNoCommit(t *testing.T) {
	path, id := confirmed(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := range len(whole) {
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := jsonl.Open(path)
		if err != nil {
			t.Fatalf("torn after %d bytes: %v", size, err)
		}
		if now, _ := os.ReadFile(path); !bytes.HasSuffix(now, []byte("\n")) {
			t.Errorf("torn after %d bytes: the part of a line is still there", size)
		}
		stream, err := s.Load(t.Context(), id)
		lines := max(bytes.Count(whole[:size], []byte("\n"))-1, 0) // Without the header.
		if err != nil || stream.Version() != lines {
			t.Errorf("torn after %d bytes: version %d, want %d; %v",
				size, stream.Version(), lines, err)
		}
		next := ports.Commit{OrderID: id, Version: lines + 1, ID: "next"}
		if err := s.Append(t.Context(), stream, next); err != nil {
			t.Errorf("torn after %d bytes: %v", size, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		again := open(t, path)
		if stream, err = again.Load(t.Context(), id); stream.Version() != lines+1 || err != nil {
			t.Errorf("torn after %d bytes and appended to: %+v, %v", size, stream, err)
		}
		_ = again.Close()
	}
}

func TestOneProcessAtATime(t *testing.T) {
	path, _ := confirmed(t)
	s := open(t, path)
	if _, err := jsonl.Open(path); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second one opened it: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	open(t, path)
}

func TestDamageIsNamed(t *testing.T) {
	path, id := confirmed(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(whole), "\n")
	for name, tt := range map[string]struct{ file, says string }{
		"another text":     {"once upon a time", "line 1: it is no store of orders"},
		"another file":     {"once upon a time\n", "line 1: it is no store of orders"},
		"a line is broken": {lines[0] + "{\n" + lines[1], "line 2: "},
		"a line is gone":   {lines[0] + lines[2], "line 2: version 2 of order " + string(id)},
		"no order":         {lines[0] + lines[1] + "{}\n" + lines[2], "line 3: it is no commit"},
		"null":             {lines[0] + lines[1] + "null\n" + lines[2], "line 3: it is no commit"},
		"two files":        {string(whole) + string(whole), "line 4: it is no commit"},
		"another's text":   {`{"store":"my shop"`, "line 1: it is no store of orders"},
		"another's object": {`{"store":"x"}`, "line 1: it is no store of orders"},
		"more fields":      {`{"store":"a","b":1}` + "\n", "line 1: it is no store of orders"},
		"other fields":     {`{"Store":"a"}` + "\n", "line 1: it is no store of orders"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := jsonl.Open(path)
			if err == nil {
				_ = s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%v, want %q", err, tt.says)
			}
			if now, _ := os.ReadFile(path); string(now) != tt.file {
				t.Error("it was changed")
			}
		})
	}
}

// A new event needs a row in forms of line.go.
func TestEveryEventIsStored(t *testing.T) {
	for _, e := range contract.Events() {
		s, past := empty(t), ports.Stream{ID: order.MakeID(make([]byte, 17))}
		c := ports.Commit{OrderID: past.ID, Version: 1, Events: []order.Event{e}}
		if err := s.Append(t.Context(), past, c); err != nil {
			t.Error(err)
			continue
		}
		loaded, err := s.Load(t.Context(), past.ID)
		if err != nil || !reflect.DeepEqual(loaded.Commits[0].Events, c.Events) {
			t.Errorf("%s is loaded as %+v, %v", e.Type(), loaded, err)
		}
	}
}

// A commit of no order could be written and never found.
func TestACommitOfNoOrderIsRefused(t *testing.T) {
	s := empty(t)
	if err := s.Append(t.Context(), ports.Stream{}, ports.Commit{Version: 1}); err == nil {
		t.Error("it was appended")
	}
	if n, err := s.Size(t.Context()); n != 0 || err != nil {
		t.Errorf("there are %d commits, %v", n, err)
	}
}

// An event of a newer program is told as unreadable by the feed and the archive.
func TestAnUnknownEventIsUnreadable(t *testing.T) {
	path, id := confirmed(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	newer := strings.Replace(string(whole), `"Type":"OrderConfirmed"`, `"Type":"Newer"`, 1)
	if err := os.WriteFile(path, []byte(newer), 0o600); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	if _, err := s.Load(t.Context(), id); !isUnreadable(err) {
		t.Errorf("loaded: %v", err)
	}
	var told []bool
	err = s.Commits(t.Context(), ports.Range{Limit: 1}, func(c ports.Commit) error {
		told = append(told, isUnreadable(c.Unreadable))
		return nil
	})
	if err != nil || len(told) != 2 || told[0] || !told[1] {
		t.Errorf("the archive tells %v, %v", told, err)
	}
}

func isUnreadable(err error) bool { return errors.Is(err, ports.ErrUnreadable) }
