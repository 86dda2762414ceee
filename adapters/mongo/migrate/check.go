package migrate

import (
	"context"
	"errors"
	"fmt"

	"orders/adapters/mongo/client"
)

var errUnmigrated = errors.New("the collection is not there")

// Check refuses a collection that is not at this program's version, or not for us, and changes
// nothing. It is content with a database that a newer program migrated.
func (m *Migrations) Check(ctx context.Context) error {
	err := m.check(ctx)
	if errors.Is(err, errMissing) || errors.Is(err, errUnmigrated) {
		err = fmt.Errorf("%w, and with SKIP_MIGRATIONS this process makes none: run "+
			"`orders migrate up` of this version", err)
	}
	if err != nil {
		return fmt.Errorf("use %s in database %s: %w",
			m.Collection.Name(), m.db.Name(), client.Short(err))
	}
	return nil
}

func (m *Migrations) check(ctx context.Context) error {
	if err := m.Inspect(ctx); err != nil {
		return err
	}
	uuid, err := client.UUID(ctx, m.Collection)
	switch {
	case err != nil:
		return err
	case uuid == "":
		return errUnmigrated
	}
	return m.verify(ctx)
}
