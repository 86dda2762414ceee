package readmodel

import (
	"context"

	"orders/adapters/mongo/migrate"
)

// A collection that has the name of a generation may be another application's.

// isOurs reports whether nobody else needs the collection of a generation.
func (m *Model) isOurs(ctx context.Context, number int) (bool, error) {
	return migrate.New(m.db, m.set).Of(m.collection(number)).IsOurs(ctx)
}

// free returns the first number from one on whose collection nobody else needs.
func (m *Model) free(ctx context.Context, number int) (int, error) {
	for ; ; number++ {
		if ours, err := m.isOurs(ctx, number); err != nil || ours {
			return number, err
		}
	}
}

// discard drops the collection of a generation. One that may be another application's stays, and
// the log names it.
func (m *Model) discard(ctx context.Context, number int) error {
	switch ours, err := m.isOurs(ctx, number); {
	case err != nil:
		return err
	case !ours:
		m.db.Log.WarnContext(ctx, "A collection has the name of a generation and is left alone, "+
			"as it may be another application's.", "collection", m.Name(number))
		return nil
	}
	return m.collection(number).Drop(ctx)
}
