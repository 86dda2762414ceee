package readmodel

import (
	"context"
	"errors"
	"regexp"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
)

// A collection that has the name of a generation may be another application's.

// isOurs reports whether nobody else needs the collection of a generation.
func (m *Model) isOurs(ctx context.Context, number int) (bool, error) {
	return migrate.New(m.db, m.set).For(m.collection(number)).IsOurs(ctx)
}

// nextFreeNumber returns the first number from one on whose collection nobody else needs.
func (m *Model) nextFreeNumber(ctx context.Context, number int) (int, error) {
	for ; ; number++ {
		if ours, err := m.isOurs(ctx, number); err != nil || ours {
			return number, err
		}
	}
}

// Candidates are the names of the collections that a rebuild and a rollback would fill.
func (m *Model) Candidates(ctx context.Context) (names []string, err error) {
	s, err := m.read(ctx)
	if err != nil {
		return nil, err
	}
	if s.Previous != nil {
		names = append(names, m.name(s.Previous.Number))
	}
	if s.AlsoFed != nil && s.AlsoFed.Leaving { // It is about to be the previous one.
		names = append(names, m.name(s.AlsoFed.Number))
	}
	return append(names, m.name(max(s.Last, s.Live.Number)+1)), nil
}

// discard drops the collection of a generation. One that may be another application's stays, and
// the log names it.
func (m *Model) discard(ctx context.Context, number int) error {
	switch ours, err := m.isOurs(ctx, number); {
	case err != nil:
		return err
	case !ours:
		m.db.Log.WarnContext(ctx, "A collection may be another application's, and is left alone",
			"collection", m.name(number))
		return nil
	}
	return m.collection(number).Drop(ctx)
}

// sweep discards all generations that are of no use: those that were left before the last one, and
// those of rebuilds that were broken off. The state is read after the names: numbers are never
// given twice, so what is of no use then, never is again, however late it is dropped.
func (m *Model) sweep(ctx context.Context) error {
	listing, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	names, err := m.db.Handle.ListCollectionNames(listing, bson.D{{Key: "name", Value: bson.D{
		{Key: "$regex", Value: "^" + regexp.QuoteMeta(m.set.Collection) + `(_\d+)?$`},
	}}})
	if err != nil {
		return err
	}
	s, err := m.read(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		number := m.number(name)
		if number > 0 && number <= s.Last && !s.uses(number) {
			err = errors.Join(err, m.discard(ctx, number))
		}
	}
	return err
}
