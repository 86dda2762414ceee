package journal

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"go.mongodb.org/mongo-driver/bson"

	"orders/ports"
)

var errTest = errors.New("as the test has it")

// A desk is a group commit whose writes end as the test says.
type desk struct {
	*groupCommit
	mu      sync.Mutex
	batches []string // What each write got, as text.
	answers chan []verdict
}

func newDesk(t *testing.T, c GroupCommit) *desk {
	t.Helper()
	d := &desk{answers: make(chan []verdict)}
	tell := func([]ports.Commit) {}
	d.groupCommit = newGroupCommit(c, d.answer, tell, slog.New(slog.DiscardHandler))
	t.Cleanup(d.abandon)
	return d
}

func (d *desk) answer(ctx context.Context, documents []bson.Raw) []verdict {
	var texts []string
	for _, document := range documents {
		texts = append(texts, string(document))
	}
	d.mu.Lock()
	d.batches = append(d.batches, strings.Join(texts, " "))
	d.mu.Unlock()
	select {
	case verdicts := <-d.answers:
		return verdicts
	case <-ctx.Done():
		return make([]verdict, len(documents))
	}
}

// sends submits without waiting for the outcome.
func (d *desk) sends(ctx context.Context, text string) (outcome chan error) {
	outcome = make(chan error, 1)
	go func() { outcome <- d.submit(ctx, ports.Commit{}, bson.Raw(text)) }()
	synctest.Wait()
	return outcome
}

func (d *desk) ends(fates ...fate) {
	verdicts := []verdict{}
	for _, f := range fates {
		verdicts = append(verdicts, verdict{f, errTest})
	}
	d.answers <- verdicts
	synctest.Wait()
}

func (d *desk) want(t *testing.T, batches ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.batches, batches) {
		t.Errorf("wrote %q, want %q", d.batches, batches)
	}
}

func want(t *testing.T, outcome chan error, errs ...error) {
	t.Helper()
	select {
	case got := <-outcome:
		for _, err := range errs {
			if !errors.Is(got, err) {
				t.Errorf("error %v, want %v", got, err)
			}
		}
		if len(errs) == 0 && got != nil {
			t.Errorf("error %v, want none", got)
		}
	default:
		t.Error("no outcome yet")
	}
}
