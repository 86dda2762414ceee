package main

import (
	"context"
	"time"

	"orders/test/bench/report"
)

// starts measures how long the service takes from its start to its first answer.
func (b *bench) starts(ctx context.Context) error {
	memory := report.Start{On: report.OnMemory}
	mongodb := report.Start{On: report.OnMongoDB}
	db, err := b.db.fresh(ctx)
	if err != nil {
		return err
	}
	defer db.drop(ctx)
	for range b.Rounds {
		for _, s := range []*report.Start{&memory, &mongodb} {
			b.tell.step("starting on %s", s.On)
			c := contender{name: report.Ours, store: s == &mongodb}
			begun := time.Now()
			p, err := b.start(ctx, c, db.uri, db.uri)
			if err != nil {
				return err
			}
			s.Rounds = append(s.Rounds, time.Since(begun).Seconds())
			p.Stop()
		}
	}
	b.results.Starts = []report.Start{memory, mongodb}
	return nil
}
