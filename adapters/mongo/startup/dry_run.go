package startup

import (
	"context"
	"crypto/rand"

	"orders/adapters/mongo/client"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
)

// A step is one thing that a process has to be able to do.
type step struct {
	does    string // As in "the user may not … it".
	on      string // The collection.
	actions string // The privileges that this takes.
	try     func(context.Context) error
}

// A dryRun is a command on a document that there never is.
type dryRun func(collection, id string) bson.D

func insertOne(collection, id string) bson.D {
	return bson.D{{Key: "insert", Value: collection}, {Key: "documents", Value: bson.A{
		bson.D{{Key: "_id", Value: id}},
	}}}
}

func upsertOne(collection, id string) bson.D {
	return bson.D{{Key: "update", Value: collection}, {Key: "updates", Value: bson.A{bson.D{
		{Key: "q", Value: bson.D{{Key: "_id", Value: id}}},
		{Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: 0}}}}},
		{Key: "upsert", Value: true},
	}}}}
}

func deleteOne(collection, id string) bson.D {
	return bson.D{{Key: "delete", Value: collection}, {Key: "deletes", Value: bson.A{bson.D{
		{Key: "q", Value: bson.D{{Key: "_id", Value: id}}}, {Key: "limit", Value: 1},
	}}}}
}

// trialID is of no order, as it has a character that no ID has, and of one trial alone, so that
// those of several processes do not meet.
func trialID() string { return "trial/" + rand.Text() }

// writes tries commands in a transaction that is aborted: nothing is ever stored, and no change
// stream tells of it.
func (t *Trials) writes(name, does, actions string, commands ...dryRun) step {
	return step{does, name, actions, func(ctx context.Context) error {
		session, err := t.db.Client.StartSession()
		if err != nil {
			return err
		}
		defer abort(ctx, session)
		if err := session.StartTransaction(options.Transaction().
			SetReadConcern(readconcern.Local()).SetWriteConcern(writeconcern.W1())); err != nil {
			return err
		}
		id := trialID()
		within := driver.NewSessionContext(ctx, session)
		for _, c := range commands {
			if err := t.db.Handle.RunCommand(within, c(name, id)).Err(); err != nil {
				return err
			}
		}
		return nil
	}}
}

// abort ends a session and the transaction in it.
func abort(ctx context.Context, session driver.Session) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), client.CloseTimeout)
	defer cancel()
	session.EndSession(ctx)
}
