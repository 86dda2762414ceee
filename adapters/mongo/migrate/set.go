package migrate

import (
	"io/fs"

	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
)

// A Set is the migrations of one collection. Each file up is idempotent, as it may run again
// after a crash or at the same time elsewhere; each file down undoes one index and no more, for
// data is never dropped. The bookkeeping of each set is apart, so they may share a database.
type Set struct {
	Collection string
	Holds      string // What people call that: commits, or a read model by its name.
	Files      fs.FS
	Folder     string // Of Files.

	// IsKey reports whether a text is the _id of a document of ours; without it the IDs of orders
	// are. Complete is whether all documents have to be: a read model is made from commits, so it
	// may have strays, which a verification finds.
	IsKey    func(string) bool
	Complete bool
}

// Bookkeeping is the name of the collection that keeps which migrations of the set have run.
func (s Set) Bookkeeping() string { return s.Collection + "_migrations" }

// Migrations brings the database to the form that this program needs, and back.
type Migrations struct {
	db         *client.Database
	set        Set
	Collection *driver.Collection
}

// New returns the migrations of set in d.
func New(d *client.Database, set Set) *Migrations {
	return &Migrations{db: d, set: set, Collection: d.Collection(set.Collection)}
}

// For is m for another collection with the same set.
func (m *Migrations) For(c *driver.Collection) *Migrations {
	return &Migrations{db: m.db, set: m.set, Collection: c}
}
