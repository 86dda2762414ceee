package mongo

import (
	"context"
	"errors"
	"fmt"
	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
)

// prepareModel inspects the collections beside the views of the read model in d that set is for,
// and makes the indexes that the live views lack if they are in another generation than the first.
func prepareModel(ctx context.Context, d *client.Database, set migrate.Set) error {
	if err := inspectBeside(ctx, d, statesName, leasesName, parkedName); err != nil {
		return err
	}
	m := OpenModel(d, set)
	s, err := m.read(ctx)
	if err == nil && s.Live.Number != 1 {
		live := migrate.New(d, set).Of(m.collection(s.Live.Number))
		if err := live.Inspect(ctx); errors.Is(err, migrate.ErrForeign) {
			return fmt.Errorf("use %s in database %s: %w", live.Indexed.Name(), d.Name(), err)
		}
		err = m.set.Index(ctx, live.Indexed, nil)
	}
	if errors.Is(err, errDamaged) {
		return err
	}
	if err != nil && !client.IsUnauthorized(err) {
		err = client.Translate(ctx, err)
	}
	if err != nil {
		return fmt.Errorf("index the live views of %s: %w", set.Collection, err)
	}
	return nil
}

// inspectBeside refuses those of the collections that are not for us. What the process may not look
// at is tried later.
func inspectBeside(ctx context.Context, d *client.Database, names ...string) error {
	for _, name := range names {
		err := migrate.InspectForm(ctx, d.Collection(name), nil)
		if err != nil && !client.IsUnauthorized(err) {
			return fmt.Errorf("use %s in database %s: %w", name, d.Name(), err)
		}
	}
	return nil
}
