package startup

import (
	"context"
	"crypto/rand"
	"strings"

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

// dryRuns are commands on a document that there never is, by the privilege that each of them takes.
var dryRuns = map[string]func(collection, id string) bson.D{
	"insert": func(collection, id string) bson.D {
		return bson.D{{Key: "insert", Value: collection}, {Key: "documents", Value: bson.A{
			bson.D{{Key: "_id", Value: id}},
		}}}
	},
	"update": func(collection, id string) bson.D {
		return bson.D{{Key: "update", Value: collection}, {Key: "updates", Value: bson.A{bson.D{
			{Key: "q", Value: bson.D{{Key: "_id", Value: id}}},
			{Key: "u", Value: bson.D{{Key: "$set", Value: bson.D{{Key: "version", Value: 0}}}}},
		}}}}
	},
	"remove": func(collection, id string) bson.D {
		return bson.D{{Key: "delete", Value: collection}, {Key: "deletes", Value: bson.A{bson.D{
			{Key: "q", Value: bson.D{{Key: "_id", Value: id}}}, {Key: "limit", Value: 1},
		}}}}
	},
	"createIndex": func(collection, _ string) bson.D {
		onID := bson.D{
			{Key: "key", Value: bson.D{{Key: "_id", Value: 1}}}, {Key: "name", Value: "_id_"},
		}
		return bson.D{
			{Key: "createIndexes", Value: collection}, {Key: "indexes", Value: bson.A{onID}},
		}
	},
}

// trialID is of no order, as it has a character that no ID has, and of one trial alone, so that
// those of several processes do not meet.
func trialID() string { return "trial/" + rand.Text() }

// writes tries privileges, each by itself: what another process is doing there at the moment may
// keep a command from being carried out, but not from being denied.
func (t *Trials) writes(name, does string, actions ...string) step {
	return step{does, name, strings.Join(actions, ", "), func(ctx context.Context) error {
		for _, action := range actions {
			err := t.dryRun(ctx, dryRuns[action](name, trialID()))
			if outcome(err) != nil {
				return err
			}
		}
		return nil
	}}
}

// dryRun carries out a command in a transaction that is aborted: nothing is ever stored, and no
// change stream tells of it.
func (t *Trials) dryRun(ctx context.Context, command bson.D) error {
	session, err := t.db.Client.StartSession()
	if err != nil {
		return err
	}
	defer abort(ctx, session)
	if err := session.StartTransaction(options.Transaction().
		SetReadConcern(readconcern.Local()).SetWriteConcern(writeconcern.W1())); err != nil {
		return err
	}
	return t.db.Handle.RunCommand(driver.NewSessionContext(ctx, session), command).Err()
}

// abort ends a session and the transaction in it.
func abort(ctx context.Context, session driver.Session) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), client.CloseTimeout)
	defer cancel()
	session.EndSession(ctx)
}
