package e2e_test

import (
	"context"
	"testing"

	"orders/service"
)

// lastIndexes are indexes of the views in the second generation.
var lastIndexes = []struct{ collection, index string }{
	{"order_reads_2", "newest_of_user"}, {"customer_orders_2", "of_user"},
}

// lackToMigrate takes away what it takes to bring an index to the second generation, which is live.
func (s *guardedShop) lackToMigrate(t *testing.T) {
	t.Helper()
	up := holder{migrator.role, migrator.name, []use{service.MigrateUp}}
	for _, last := range lastIndexes {
		views := s.Root(s.read).Collection(last.collection)
		if _, err := views.Indexes().DropOne(t.Context(), last.index); err != nil {
			t.Fatal(err)
		}
	}
	for _, last := range lastIndexes { // One after the other, as migrations are.
		t.Run("to migrate "+last.collection, func(t *testing.T) {
			for _, r := range s.rights[up.role] {
				if r.collection == last.collection {
					s.lacks(t, up, r)
				}
			}
		})
	}
	s.operates(t, 0, up.role, "migrate", "up")
}

func migrateUpAndDown(ctx context.Context, c service.Config) error {
	if err := service.MigrateUp(ctx, c); err != nil {
		return err
	}
	return service.MigrateDown(ctx, c)
}
