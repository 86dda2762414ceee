package startup

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/feed"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/orders"
	"orders/adapters/mongo/readmodel"
	"orders/adapters/mongo/subscription"
)

// Tasks are what a process does with its databases besides reading them.
type Tasks struct {
	Appends  bool // It records commits.
	Follows  bool // It follows the commits by a change stream.
	Projects bool // It keeps the views.
	Watches  bool // It follows the changes of the views of orders by a change stream.

	Subscribes bool // It follows the commits by the name of a subscription.

	OneServer bool // Both databases are the same servers': only the write side logs their outages.
}

// steps are what the tasks take of the collection of a set, and of those that go with it.
func (t *Trials) steps(ctx context.Context, set migrate.Set) ([]step, error) {
	if set.Collection == journal.Collection {
		return t.commitSteps(), nil
	}
	views, err := readmodel.Open(t.db, set).LiveName(ctx)
	if err != nil && !client.IsUnauthorized(err) {
		return nil, err
	}
	all := []step{t.reads(views), t.reads(readmodel.StatesName)}
	if t.tasks.Watches && set.Collection == orders.Set.Collection {
		all = append(all, t.lists(views), t.watches(views, readmodel.SavesOnly))
	}
	if !t.tasks.Projects {
		return all, nil
	}
	return append(all,
		t.reads(readmodel.ParkedName), t.lists(views),
		t.writes(views, "save views to", "insert, update", upsertOne),
		t.writes(readmodel.StatesName, "keep positions in", "insert, update", upsertOne),
		t.writes(readmodel.LeasesName, "lead by a lease in", "insert, update, remove",
			upsertOne, deleteOne),
		t.writes(readmodel.ParkedName, "park orders in", "insert, update, remove",
			upsertOne, deleteOne),
		step{"make the indexes of", views, "createIndex", func(ctx context.Context) error {
			return t.indexAgain(ctx, views)
		}}), nil
}

func (t *Trials) commitSteps() []step {
	all := []step{t.reads(journal.Collection)}
	if t.tasks.Follows {
		all = append(all, t.lists(journal.Collection),
			t.watches(journal.Collection, feed.InsertsOnly))
	}
	if t.tasks.Appends {
		all = append(all, t.writes(journal.Collection, "record commits in", "insert", insertOne))
	}
	if t.tasks.Subscribes {
		all = append(all, t.reads(subscription.Collection),
			t.writes(subscription.Collection, "keep subscriptions in", "insert, update",
				upsertOne))
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

// indexAgain asks for an index that is there already, which changes nothing.
func (t *Trials) indexAgain(ctx context.Context, name string) error {
	there, err := migrate.IndexesOf(ctx, t.db.Collection(name))
	if err != nil || len(there) == 0 {
		return err
	}
	return migrate.CreateIndexes(ctx, t.db.Collection(name), bson.A{there[0].Raw})
}
