package migrate

import (
	"errors"

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
