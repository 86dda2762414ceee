package startup

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/imported"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/presence"
	"orders/adapters/mongo/readmodel"
	"orders/adapters/mongo/subscription"
)

// Tasks are what a process does with its databases besides reading them.
type Tasks struct {
	Appends  bool // It records commits.
	Attends  bool // It does so only while it is in by a ports.Presence, and asks for imported keys.
	Follows  bool // It follows the commits, or shows how far the views are.
	ByBroker bool // It does so by a broker that is told of them, not by a change stream.
	Projects bool // It keeps the views.
	Watches  bool // It follows the changes of the views of orders by a change stream.

	Subscribes bool // It tells a broker of the commits, which it follows by a change stream.
	SeesRelays bool // It shows how far brokers are told.

	TakesOver bool // It adds imported keys.
	Rehearses bool // It asks for imported keys, and adds none.

	Repairs  bool // It puts right views in place.
	Retries  bool // It saves the views of parked orders, and releases these.
	Rebuilds bool // It fills generations and switches to them.

	SkipMigrations bool // It looks whether the database is migrated, and makes nothing there.

	Role string // Who does so, as in "the role query"; empty if nobody asks.

	OneServer bool // Both databases are the same servers': only the write side logs their outages.
}

// steps are what the tasks take of the collection of a set, and of those that go with it.
func (t *Trials) steps(ctx context.Context, set migrate.Set) ([]step, error) {
	if set.Collection == journal.Collection {
		return t.commitSteps(set), nil
	}
	model := readmodel.Open(t.db, set)
	views, err := model.LiveName(ctx)
	if err != nil && !client.IsUnauthorized(err) {
		return nil, err
	}
	all := append(t.everyStart(set, views), t.reads(readmodel.StatesName))
	if t.tasks.Follows {
		all = append(all, t.reads(readmodel.ParkedName))
	}
	if t.tasks.Watches && set.Collection == orders.Set.Collection {
		all = append(all, t.watches(views, readmodel.SavesOnly))
	}
	if t.tasks.Projects {
		all = append(all, t.projectSteps(views)...)
	}
	all = append(all, t.mendSteps(views)...)
	if t.tasks.Rebuilds {
		rebuilds, err := t.rebuildSteps(ctx, model)
		return append(all, rebuilds...), err
	}
	return all, nil
}

// everyStart are the steps to look whether a collection is migrated and for us.
func (t *Trials) everyStart(set migrate.Set, collection string) []step {
	return []step{
		t.reads(collection), t.lists(collection), t.listsIndexes(collection),
		t.reads(set.Bookkeeping()),
	}
}

func (t *Trials) projectSteps(views string) []step {
	all := []step{
		t.writes(views, "save views to", "insert", "update"), t.makesIndexes(views),
		t.writes(readmodel.StatesName, "keep positions in", "insert", "update"),
		t.writes(readmodel.LeasesName, "lead by a lease in", "insert", "update", "remove"),
		t.parks(),
	}
	for _, name := range []string{
		readmodel.StatesName, readmodel.LeasesName, readmodel.ParkedName,
	} {
		all = append(all, t.listsIndexes(name))
	}
	return all
}

func (t *Trials) parks() step {
	return t.writes(readmodel.ParkedName, "park orders in", "insert", "update", "remove")
}

func (t *Trials) mendSteps(views string) (all []step) {
	if t.tasks.Repairs {
		all = append(all, t.writes(views, "repair views in", "insert", "update", "remove"))
	}
	if t.tasks.Retries {
		all = append(all, t.writes(views, "save views to", "insert", "update"), t.parks())
	}
	return all
}

// rebuildSteps are also of the generations that a rebuild or a rollback would fill.
func (t *Trials) rebuildSteps(ctx context.Context, of *readmodel.Model) ([]step, error) {
	all := []step{t.writes(readmodel.StatesName, "switch views in", "insert", "update")}
	candidates, err := of.Candidates(ctx)
	for _, name := range candidates {
		all = append(all, t.reads(name), t.listsIndexes(name),
			t.writes(name, "save views to", "insert", "update"), t.makesIndexes(name))
	}
	return all, err
}

func (t *Trials) commitSteps(set migrate.Set) []step {
	all := t.everyStart(set, journal.Collection)
	seesRelays := t.tasks.Subscribes || t.tasks.SeesRelays
	if t.tasks.Follows && !t.tasks.ByBroker || seesRelays {
		all = append(all, t.watches(journal.Collection, feed.InsertsOnly))
	}
	if t.tasks.Appends {
		all = append(all, t.writes(journal.Collection, "record commits in", "insert"))
	}
	if t.tasks.Attends || t.tasks.Rehearses {
		all = append(all, t.reads(imported.Collection))
	}
	if t.tasks.Attends {
		all = append(all, t.reads(presence.Collection),
			t.writes(presence.Collection, "say that it is at work in", "insert", "update"))
	}
	if t.tasks.TakesOver {
		all = append(all, t.writes(imported.Collection, "add keys to", "insert"))
	}
	if seesRelays || t.tasks.Follows && t.tasks.ByBroker {
		all = append(all, t.reads(subscription.Collection),
			t.reads(subscription.ParkedCollection))
	}
	if t.tasks.Subscribes {
		all = append(all,
			t.writes(subscription.Collection, "keep subscriptions in", "insert", "update"),
			t.writes(subscription.ParkedCollection, "park orders in", "insert", "update", "remove"))
	}
	return all
}

func (t *Trials) reads(name string) step {
	return step{"read", name, "find", func(ctx context.Context) error {
		err := t.db.Collection(name).FindOne(ctx, bson.D{{Key: "_id", Value: trialID()}}).Err()
		if errors.Is(err, driver.ErrNoDocuments) {
			return nil
		}
		return err
	}}
}

func (t *Trials) lists(name string) step {
	return step{"look for", name, "listCollections", func(ctx context.Context) error {
		_, err := client.UUID(ctx, t.db.Collection(name))
		return err
	}}
}

func (t *Trials) watches(name string, events driver.Pipeline) step {
	try := func(ctx context.Context) error {
		stream, err := t.db.Collection(name).Watch(ctx, events,
			options.ChangeStream().SetBatchSize(0))
		if err == nil {
			client.CloseSoon(ctx, stream)
		}
		return err
	}
	return step{"follow the changes of", name, "changeStream", try}
}

func (t *Trials) listsIndexes(name string) step {
	return step{"list the indexes of", name, "listIndexes", func(ctx context.Context) error {
		_, err := migrate.IndexesOf(ctx, t.db.Collection(name))
		return err
	}}
}

// makesIndexes asks for an index that is there already, which changes nothing; or, where there is
// no collection, for one within a transaction that is aborted.
func (t *Trials) makesIndexes(name string) step {
	const does, action = "make the indexes of", "createIndex"
	return step{does, name, action, func(ctx context.Context) error {
		there, err := migrate.IndexesOf(ctx, t.db.Collection(name))
		if err != nil {
			return err
		}
		if len(there) == 0 {
			return t.writes(name, does, action).try(ctx)
		}
		return migrate.CreateIndexes(ctx, t.db.Collection(name), bson.A{there[0].Raw})
	}}
}
