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
	"github.com/golang-migrate/migrate/v4/database"
	migrating "github.com/golang-migrate/migrate/v4/database/mongodb"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/ports/clock"
)

// A Set is the migrations of one collection. Each file up is idempotent, as it may run again
// after a crash or at the same time elsewhere; each file down undoes one index and no more, for
// data is never dropped. The bookkeeping of each set is apart, so they may share a database.
type Set struct {
	Collection string
	Files      fs.FS
	Folder     string // Of Files.

	// IsKey reports whether a text is the _id of a document of ours; without it the IDs of orders
	// are. Complete is whether all documents have to be: a read model is made from commits, so it
	// may have strays, which a verification finds.
	IsKey    func(string) bool
	Complete bool
}

// migrationsSuffix ends the name of the collection that keeps which migrations of a set have run.
const migrationsSuffix = "_migrations"

// Migrations brings the database to the form that this program needs, and back.
type Migrations struct {
	db      *client.Database
	set     Set
	Indexed *driver.Collection
}

// New returns the migrations of set in d.
func New(d *client.Database, set Set) *Migrations {
	return &Migrations{db: d, set: set, Indexed: d.Collection(set.Collection)}
}

// Of is m for another collection with the same set.
func (m *Migrations) Of(c *driver.Collection) *Migrations {
	return &Migrations{db: m.db, set: m.set, Indexed: c}
}

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
	uuid, err := client.UUID(ctx, m.Indexed)
	if err != nil {
		return err
	}
	var dirty golang.ErrDirty
	if uuid == "" {
		err = run.again()
	} else if err = run.up(); errors.As(err, &dirty) {
		err = run.again()
	}
	// A version that does not exist here is a newer program's.
	if err != nil && !errors.Is(err, golang.ErrNoChange) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return m.verify(ctx)
}

// Down drops the indexes of the set, and nothing else.
func (m *Migrations) Down(ctx context.Context) error {
	return m.persist(ctx, func(_ context.Context, run *engine) (done bool, err error) {
		err = run.Down()
		var dirty golang.ErrDirty
		switch {
		case err == nil, errors.Is(err, golang.ErrNoChange):
			return true, nil
		case errors.As(err, &dirty):
			err = run.forceNewest()
		case isGone(err):
			err = run.forceHere()
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
		err = answered(err)
		isFinal := done || client.IsUnauthorized(err)
		if isFinal || clock.Sleep(ctx, 50*time.Millisecond+rand.N(150*time.Millisecond)) != nil {
			return fmt.Errorf("migrate %s in database %s: %w",
				m.set.Collection, m.db.Name(), client.Short(err))
		}
	}
}

// An engine is golang-migrate on one set. It is never closed, for that would disconnect the client.
type engine struct {
	*golang.Migrate
	store  database.Driver
	newest uint
}

func (m *Migrations) engine() (*engine, error) {
	source, err := iofs.New(m.set.Files, m.set.Folder)
	if err != nil {
		return nil, err
	}
	// Without its lock, which a kill -9 would leave behind for ever; and without transactions,
	// which cannot make indexes on collections that have documents.
	store, err := migrating.WithInstance(m.db.Client, &migrating.Config{
		DatabaseName:         m.db.Name(),
		MigrationsCollection: m.set.Collection + migrationsSuffix,
	})
	if err != nil {
		return nil, err
	}
	newest, err := source.First()
	for next := newest; err == nil; next, err = source.Next(newest) {
		newest = next
	}
	run, err := golang.NewWithInstance("iofs", source, "mongodb", store)
	if err != nil {
		return nil, err
	}
	return &engine{Migrate: run, store: store, newest: newest}, nil
}

// again forgets what has run and runs all of it.
func (r *engine) again() error {
	if err := r.Force(database.NilVersion); err != nil {
		return err
	}
	return r.up()
}

// up runs what has not run yet. An index that is there under another name counts as made.
func (r *engine) up() error {
	for {
		err := r.Up()
		if !failedWith(err, client.CodeIndexOptionsConflict) {
			return err
		}
		if err := r.forceHere(); err != nil {
			return err
		}
	}
}

// forceNewest makes a way down, that was broken off, begin at the top.
func (r *engine) forceNewest() error { return r.Force(int(r.newest)) }

// forceHere takes a step as done that failed on its way to a version.
func (r *engine) forceHere() error {
	version, _, err := r.store.Version()
	if err != nil {
		return err
	}
	return r.Force(version)
}

// answered is err as one in which the answer of the server is found, which golang-migrate hides.
func answered(err error) error {
	if failed := (*database.Error)(nil); errors.As(err, &failed) {
		return answeredError{err, failed.OrigErr}
	}
	return err
}

type answeredError struct {
	error
	answer error
}

func (e answeredError) Unwrap() []error { return []error{e.error, e.answer} }

// isGone reports whether what a step down should drop was gone.
func isGone(err error) bool {
	return failedWith(err, client.CodeIndexNotFound) ||
		failedWith(err, client.CodeNamespaceNotFound)
}

// failedWith reports whether a step failed with a code of the server's.
func failedWith(err error, code int32) bool {
	var failed *database.Error
	var refused driver.CommandError
	return errors.As(err, &failed) && errors.As(failed.OrigErr, &refused) && refused.Code == code
}
