package http_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
)

// lines is a log, kept.
type lines struct {
	mu   sync.Mutex
	text []byte
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, p...)
	return len(p), nil
}

func (l *lines) holds(text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(string(l.text), text)
}

func (l *lines) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = nil
}

// requests returns the access log.
func (l *lines) requests(t *testing.T) []map[string]any {
	t.Helper()
	return slices.DeleteFunc(l.all(t), func(entry map[string]any) bool {
		return entry["msg"] != "request"
	})
}

func (l *lines) all(t *testing.T) (found []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(string(l.text)) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		found = append(found, entry)
	}
	return found
}
