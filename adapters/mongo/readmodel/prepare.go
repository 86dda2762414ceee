package readmodel

import (
	"context"
	"errors"
	"fmt"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
)

// Prepare inspects the collections beside the views of the read model in d that set is for,
// and makes the indexes that the live views lack if they are in another generation than the first,
// unless it only checks that none is missing.
func Prepare(ctx context.Context, d *client.Database, set migrate.Set, checks bool) error {
	if err := migrate.InspectOthers(ctx, d, StatesName, LeasesName, ParkedName); err != nil {
		return err
	}
	m := Open(d, set)
	s, err := m.read(ctx)
	if err == nil && s.Live.Number != 1 {
		live := migrate.New(d, set).For(m.collection(s.Live.Number))
		if err := live.Inspect(ctx); errors.Is(err, migrate.ErrForeign) {
			return fmt.Errorf("use %s in database %s: %w", live.Collection.Name(), d.Name(), err)
		}
		if checks {
			return live.Check(ctx)
		}
		err = m.set.MakeIndexes(ctx, live.Collection, nil)
	}
	if errors.Is(err, ErrDamaged) {
		return err
	}
	if err != nil && !client.IsUnauthorized(err) {
		err = client.Translate(ctx, err)
	}
	if err != nil {
		return fmt.Errorf("index the live views of %s in database %s: %w",
			set.Collection, d.Name(), err)
	}
	return nil
}
