package migrate

import (
	"errors"
	"fmt"

	golang "github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	migrating "github.com/golang-migrate/migrate/v4/database/mongodb"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
)

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
		MigrationsCollection: m.set.Bookkeeping(),
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

// rerun forgets which migrations have run, and runs all of them.
func (r *engine) rerun() error {
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
		if err := r.markDone(); err != nil {
			return err
		}
	}
}

// startAtNewest makes a way down that was broken off begin at the newest version.
func (r *engine) startAtNewest() error { return r.Force(int(r.newest)) }

// known refuses a collection that a newer program migrated: only that one knows its indexes.
func (r *engine) known() error {
	version, _, err := r.store.Version()
	if err != nil || version <= int(r.newest) {
		return err
	}
	return fmt.Errorf("version %d %w, and this one knows %d: let the newer one migrate it down",
		version, errNewer, r.newest)
}

var errNewer = errors.New("is a newer program's")

// markDone counts the step that failed as done.
func (r *engine) markDone() error {
	version, _, err := r.store.Version()
	if err != nil {
		return err
	}
	return r.Force(version)
}

// withServerError wraps the server's error, too, which golang-migrate hides in its own.
func withServerError(err error) error {
	if failed := (*database.Error)(nil); errors.As(err, &failed) {
		return serverError{err, failed.OrigErr}
	}
	return err
}

type serverError struct {
	error
	answer error
}

func (e serverError) Unwrap() []error { return []error{e.error, e.answer} }

// isAlreadyGone reports whether a step down found nothing to drop.
func isAlreadyGone(err error) bool {
	return failedWith(err, client.CodeIndexNotFound) ||
		failedWith(err, client.CodeNamespaceNotFound)
}

// failedWith reports whether a step failed with a code of the server's.
func failedWith(err error, code int32) bool {
	var failed *database.Error
	var refused driver.CommandError
	return errors.As(err, &failed) && errors.As(failed.OrigErr, &refused) && refused.Code == code
}
