package service

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/app/audit"
	"orders/ports"
)

// A notebook is a store that lasts, with an audit or without one.
func notebook(t *testing.T, keeps ports.Audit) Config {
	t.Helper()
	before := stores
	t.Cleanup(func() { stores = before })
	s := store{name: "notebook", write: side{module: memory.WriteModule}, lasts: true}
	if keeps != nil {
		s.audit = func(context.Context, Config) (openedAudit, error) {
			return openedAudit{keeps, func(context.Context) error { return nil }}, nil
		}
	}
	stores = append(slices.Clone(stores), s)
	return Config{WriteStore: "notebook", ReadStore: Memory}
}

func TestAStoreWithoutAnAuditIsNotManaged(t *testing.T) {
	for name, keeps := range map[string]ports.Audit{"none": nil, "kept": &memory.Audit{}} {
		t.Run(name, func(t *testing.T) {
			done := false
			err := Audited(t.Context(), notebook(t, keeps), RecordedCommand{Command: "migrate up"},
				func(context.Context) error { done = true; return nil })
			if done != (keeps != nil) || errors.Is(err, audit.ErrUnrecorded) == done {
				t.Errorf("it ran: %t, %v", done, err)
			}
		})
	}
}

func TestWhatIsRecordedIsBoundedAndHasNoLogins(t *testing.T) {
	var kept memory.Audit
	long := strings.Repeat("é", 5000)
	o := RecordedCommand{Command: "x", Args: slices.Repeat([]string{long, "a\x1b\nb"}, 20)}
	err := Audited(t.Context(), notebook(t, &kept), o, func(context.Context) error {
		return errors.New("at mongodb://Zqxw:Kvjq@db:\r\n\x1b[31m " + long)
	})
	acts, failed := kept.Latest(t.Context(), time.Time{}, 1)
	if err == nil || failed != nil || len(acts) != 1 {
		t.Fatal(acts, err, failed)
	}
	a := acts[0]
	why := []rune(a.Outcome.Error)
	if len(a.Args) != argsMax || len([]rune(a.Args[0])) != textMax || a.Args[1] != "a\ufffd b" ||
		len(why) != textMax || !strings.HasPrefix(string(why), "at mongodb://…@db:  \ufffd[31m é") {
		t.Errorf("recorded is %d args, %q, error %q", len(a.Args), a.Args[1], a.Outcome.Error)
	}
	if !strings.Contains(a.Actor, "@") || strings.ContainsFunc(a.Actor, func(r rune) bool {
		return r < ' '
	}) {
		t.Errorf("the actor is %q", a.Actor)
	}
}
