package contract

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"orders/adapters/memory"
	"orders/ports"
)

// A brokenAudit is a good one except for the functions that are set.
type brokenAudit struct {
	*memory.Audit
	begin  func(context.Context, ports.Act) error
	end    func(context.Context, ports.Act, ports.Outcome) error
	latest func(context.Context, time.Time, int) ([]ports.Act, error)
}

func (b brokenAudit) Begin(ctx context.Context, act ports.Act) error { return b.begin(ctx, act) }

func (b brokenAudit) End(ctx context.Context, act ports.Act, how ports.Outcome) error {
	return b.end(ctx, act, how)
}

func (b brokenAudit) Latest(ctx context.Context, s time.Time, limit int) ([]ports.Act, error) {
	return b.latest(ctx, s, limit)
}

func auditing(breakIt func(b *brokenAudit)) func() Audits {
	return func() Audits {
		good := &memory.Audit{}
		b := brokenAudit{good, good.Begin, good.End, good.Latest}
		breakIt(&b)
		return Audits{b, b}
	}
}

// forgiving hides a conflict.
func forgiving(err error) error {
	if errors.Is(err, ports.ErrConflict) {
		return nil
	}
	return err
}

func TestAuditLawsCatch(t *testing.T) {
	catches(t, auditLaws, map[string]func() Audits{
		"an act is told as it was recorded":                    auditing(losesErrors),
		"an act without an end is told without an outcome":     auditing(endsAtOnce),
		"an act begins once":                                   auditing(beginsTwice),
		"an act ends once":                                     auditing(endsTwice),
		"the last acts come first, and no more than asked for": auditing(tellsBackwards),
		"acts before a time are left out":                      auditing(tellsAll),
		"acts of many at the same time are all kept": func() Audits {
			return Audits{&memory.Audit{}, &memory.Audit{}} // Each process has its own.
		},
	})
}

func losesErrors(b *brokenAudit) {
	b.end = func(ctx context.Context, act ports.Act, how ports.Outcome) error {
		how.Error = ""
		return b.Audit.End(ctx, act, how)
	}
}

func endsAtOnce(b *brokenAudit) {
	b.begin = func(ctx context.Context, act ports.Act) error {
		err := b.Audit.Begin(ctx, act)
		if act.Outcome != nil {
			err = errors.Join(err, b.Audit.End(ctx, act, *act.Outcome))
		}
		return err
	}
}

func beginsTwice(b *brokenAudit) {
	b.begin = func(ctx context.Context, act ports.Act) error {
		return forgiving(b.Audit.Begin(ctx, act))
	}
}

func endsTwice(b *brokenAudit) {
	b.end = func(ctx context.Context, act ports.Act, how ports.Outcome) error {
		return forgiving(b.Audit.End(ctx, act, how))
	}
}

func tellsBackwards(b *brokenAudit) {
	b.latest = func(ctx context.Context, s time.Time, limit int) ([]ports.Act, error) {
		acts, err := b.Audit.Latest(ctx, s, limit)
		slices.Reverse(acts)
		return acts, err
	}
}

func tellsAll(b *brokenAudit) {
	b.latest = func(ctx context.Context, _ time.Time, limit int) ([]ports.Act, error) {
		return b.Audit.Latest(ctx, time.Time{}, limit)
	}
}
