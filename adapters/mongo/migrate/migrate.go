// Package migrate brings a collection and its indexes to this program's version, and refuses one
// that is another application's.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	golang "github.com/golang-migrate/migrate/v4"

	"orders/adapters/mongo/client"
	"orders/ports/clock"
)

const (
	// migrateTimeout bounds how long rivals and failures are outlasted.
	migrateTimeout = 30 * time.Second
	// missingMax is how often an index may be missing before that is no transition of a rival's.
	missingMax = 5
)

// Up runs what has not run yet and then looks for every index, with its keys. It may run at the
// same time in several processes, repairs what a crash in the middle left, and is content with a
// database that a newer program migrated. Its error names an index that is missing all the same,
// or what another application left in the collection.
func (m *Migrations) Up(ctx context.Context) error {
	missing := 0
	return m.persist(ctx, func(ctx context.Context, run *engine) (done bool, err error) {
		err = m.up(ctx, run)
		if errors.Is(err, errMissing) {
			missing++
		}
		return err == nil || missing == missingMax || isForeign(err), err
	})
}

func (m *Migrations) up(ctx context.Context, run *engine) error {
	if err := m.Inspect(ctx); err != nil {
		return err
	}
	uuid, err := client.UUID(ctx, m.Collection)
	if err != nil {
		return err
	}
	var dirty golang.ErrDirty
	if uuid == "" {
		err = run.rerun()
	} else if err = run.up(); errors.As(err, &dirty) {
		err = run.rerun()
	}
	// A version that does not exist here is a newer program's.
	if err != nil && !errors.Is(err, golang.ErrNoChange) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return m.verify(ctx)
}

// Known refuses what a newer program migrated, as Down does.
func (m *Migrations) Known(ctx context.Context) error {
	return m.persist(ctx, func(_ context.Context, run *engine) (done bool, err error) {
		err = run.known()
		return err == nil || errors.Is(err, errNewer), err
	})
}

// Down drops the indexes of the set, and nothing else. It refuses a collection that a newer program
// migrated, as only that one knows its indexes.
func (m *Migrations) Down(ctx context.Context) error {
	return m.persist(ctx, func(_ context.Context, run *engine) (done bool, err error) {
		if err = run.known(); err == nil {
			err = run.Down()
		}
		var dirty golang.ErrDirty
		switch {
		case err == nil, errors.Is(err, golang.ErrNoChange):
			return true, nil
		case errors.Is(err, errNewer):
			return true, err
		case errors.As(err, &dirty):
			err = run.startAtNewest()
		case isAlreadyGone(err):
			err = run.markDone()
		}
		return false, err
	})
}

// Version returns the version of the last migration, 0 for none, and whether one was broken off.
func (m *Migrations) Version(ctx context.Context) (version uint, dirty bool, err error) {
	err = m.persist(ctx, func(_ context.Context, run *engine) (bool, error) {
		version, dirty, err = run.Version()
		if errors.Is(err, golang.ErrNilVersion) {
			err = nil
		}
		return err == nil, err
	})
	return version, dirty, err
}

// persist repeats attempt until it is done, for at most migrateTimeout. It returns the last error.
func (m *Migrations) persist(
	ctx context.Context, attempt func(context.Context, *engine) (done bool, err error),
) error {
	ctx, cancel := context.WithTimeout(ctx, migrateTimeout)
	defer cancel()
	for {
		run, err := m.engine()
		done := false
		if err == nil {
			done, err = attempt(ctx, run)
		}
		if done && err == nil {
			return nil
		}
		err = withServerError(err)
		isFinal := done || client.IsUnauthorized(err)
		if isFinal || clock.Sleep(ctx, 50*time.Millisecond+rand.N(150*time.Millisecond)) != nil {
			return fmt.Errorf("migrate %s in database %s: %w",
				m.set.Collection, m.db.Name(), client.Short(err))
		}
	}
}

// verify reports the first index of the set that the collection does not have.
func (m *Migrations) verify(ctx context.Context) error {
	needed, err := m.set.indexes()
	if err != nil {
		return err
	}
	there, err := IndexesOf(ctx, m.Collection)
	if err != nil {
		return err
	}
	for _, i := range needed {
		if !i.servedBy(there) {
			return fmt.Errorf("index %s on %s %s %w",
				i.Name, m.set.Collection, i.keys(), errMissing)
		}
	}
	return nil
}
