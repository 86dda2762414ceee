package migrate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
)

// A database may hold collections of our names that another application made: with options or
// indexes that refuse, change or delete what we write, or with documents that are none of ours.
// They are refused at the start by name, for later they would be errors without a cause.

// ErrForeign says what to do about all of them.
var ErrForeign = errors.New("if another application uses this collection, name another database " +
	"in the MongoDB URI, or rename the collection; orders in it are created anew by commands")

// errStray says what to do about one among many of ours.
var errStray = errors.New("others are: move this document to another collection, or delete it " +
	"by its _id")

// isForeign reports whether err refuses a collection, which no later try changes.
func isForeign(err error) bool { return errors.Is(err, ErrForeign) || errors.Is(err, errStray) }

// foreign is a refusal of what a collection is or has.
func foreign(format string, args ...any) error {
	return fmt.Errorf(format+": %w", append(args, ErrForeign)...)
}

// Inspect refuses a collection that is not for us. A missing one is fine: it will be made.
func (m *Migrations) Inspect(ctx context.Context) error {
	if err := m.inspectOptionsAndIndexes(ctx); err != nil {
		return err
	}
	return m.inspectDocuments(ctx)
}

// inspectOptionsAndIndexes refuses the options and the indexes of a collection.
func (m *Migrations) inspectOptionsAndIndexes(ctx context.Context) error {
	needed, err := m.set.indexes()
	if err != nil {
		return err
	}
	return InspectOptionsAndIndexes(ctx, m.Collection, needed)
}

// InspectOthers refuses those of the collections of these names that are not for us. What the
// process may not look at is tried later.
func InspectOthers(ctx context.Context, d *client.Database, names ...string) error {
	for _, name := range names {
		err := InspectOptionsAndIndexes(ctx, d.Collection(name), nil)
		if err != nil && !client.IsUnauthorized(err) {
			return fmt.Errorf("use %s in database %s: %w", name, d.Name(), err)
		}
	}
	return nil
}

func InspectOptionsAndIndexes(ctx context.Context, c *driver.Collection, needed []Index) error {
	found, err := c.Database().ListCollectionSpecifications(ctx,
		bson.D{{Key: "name", Value: c.Name()}})
	if err != nil || len(found) == 0 {
		return err
	}
	if err := inspectOptions(found[0]); err != nil {
		return err
	}
	there, err := IndexesOf(ctx, c)
	if err != nil {
		return err
	}
	for _, i := range there {
		if err := i.inspect(needed); err != nil {
			return err
		}
	}
	return nil
}

// inspectOptions refuses what is no plain collection.
func inspectOptions(found *driver.CollectionSpecification) error {
	if found.Type != "collection" {
		return foreign("it is no collection but a %s", found.Type)
	}
	var o struct {
		Capped    bool     `bson:"capped"`
		Expires   any      `bson:"expireAfterSeconds"`
		Validator bson.Raw `bson:"validator"`
		Action    string   `bson:"validationAction"`
		Level     string   `bson:"validationLevel"`
		Collation bson.Raw `bson:"collation"`
	}
	if err := bson.Unmarshal(found.Options, &o); err != nil {
		return fmt.Errorf("read its options: %w", err)
	}
	validates := o.Action != "warn" && o.Level != "off"
	switch {
	case o.Capped:
		return foreign("it is capped, so old documents would be deleted")
	case o.Expires != nil:
		return foreign("its documents expire")
	case len(document.Elements(o.Validator)) > 0 && validates:
		return foreign("it has a validator, which may refuse documents")
	case isCollated(o.Collation):
		return foreign("it has a collation, by which different texts are equal")
	}
	return nil
}

// arrays are the fields of our documents that are lists.
var arrays = []string{"lines", "payments", "shipments", "events"}

// inspect refuses an index that refuses or deletes documents, or has the name of a needed one.
// Others are the operator's business.
func (i Index) inspect(needed []Index) error {
	lists := map[string]bool{}
	for _, e := range document.Elements(i.Key) {
		field, _, _ := strings.Cut(e.Key(), ".")
		kind, _ := e.Value().StringValueOK()
		isList := slices.Contains(arrays, field)
		if isList {
			lists[field] = true
		}
		if kind == "2d" || kind == "2dsphere" || kind == "hashed" && isList {
			return foreign("its index %s is of places or hashes, and may refuse documents", i.Name)
		}
	}
	_, withoutID := i.Key.LookupErr("_id") // With that in it, no two are equal.
	switch {
	case (i.is("unique") || i.is("prepareUnique")) && withoutID != nil:
		return foreign("its index %s is unique, and would refuse documents", i.Name)
	case i.has("expireAfterSeconds"):
		return foreign("its index %s deletes documents after a time", i.Name)
	case len(lists) > 1:
		return foreign("its index %s is of two lists, and would refuse documents", i.Name)
	}
	for _, n := range needed {
		if n.keys() == i.keys() && i.is("hidden") {
			return foreign("its index %s is hidden; unhide it", i.Name)
		}
		if n.Name == i.Name && n.keys() != i.keys() {
			return foreign("its index %s is %s and not %s; drop it", i.Name, i.keys(), n.keys())
		}
		if n.Name == i.Name && !i.servesAs(n) {
			return foreign("its index %s is not of all documents; drop it", i.Name)
		}
	}
	return nil
}
