package server

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/test/process"
)

// electionTimeout makes a set of several elect a new primary soon after the old one is gone.
const electionTimeout = 2 * time.Second

const alreadyInitialized = 23

// Hello is what a server says about itself.
type Hello struct {
	Primary    bool               `bson:"isWritablePrimary"`
	Secondary  bool               `bson:"secondary"`
	Set        string             `bson:"setName"`
	ElectionID primitive.ObjectID `bson:"electionId"`
	Message    string             `bson:"msg"` // "isdbgrid" from the router of a sharded cluster.
}

// DirectURI leads to one server, whatever set it is in.
func DirectURI(address, database string) string {
	return fmt.Sprintf("mongodb://%s/%s?directConnection=true", address, database)
}

// AwaitReady waits until the server says that it is primary, or else secondary if that will do.
func AwaitReady(ctx context.Context, address string, orSecondary bool) error {
	return with(ctx, address, func(admin *mongo.Database) error {
		return awaitReady(ctx, admin, orSecondary)
	})
}

func awaitReady(ctx context.Context, admin *mongo.Database, orSecondary bool) error {
	return process.Poll(ctx, func() error {
		var hello Hello
		err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
		if err != nil || hello.Primary || orSecondary && hello.Secondary {
			return err
		}
		return errors.New("neither primary nor secondary")
	})
}

// Initiate makes the servers at these addresses one replica set, unless they are one already, and
// returns when it has a primary and every other member follows it.
func Initiate(ctx context.Context, addresses ...string) error {
	return with(ctx, addresses[0], func(admin *mongo.Database) error {
		config := configuration(addresses)
		err := admin.RunCommand(ctx, bson.D{{Key: "replSetInitiate", Value: config}}).Err()
		var refused mongo.CommandError
		if errors.As(err, &refused) && refused.Code == alreadyInitialized {
			err = move(ctx, admin, addresses)
		}
		if err != nil {
			return fmt.Errorf("initiate the replica set: %w", err)
		}
		if err := awaitMembers(ctx, admin); err != nil {
			return fmt.Errorf("await a primary: %w", err)
		}
		return awaitReady(ctx, admin, len(addresses) > 1)
	})
}

func configuration(addresses []string) bson.D {
	members := bson.A{}
	for i, address := range addresses {
		members = append(members, bson.D{{Key: "_id", Value: i}, {Key: "host", Value: address}})
	}
	config := bson.D{{Key: "_id", Value: SetName}, {Key: "members", Value: members}}
	if len(addresses) == 1 {
		return config
	}
	return append(config, bson.E{Key: "settings", Value: bson.D{
		{Key: "electionTimeoutMillis", Value: electionTimeout.Milliseconds()},
	}})
}

// move tells a set of one that it was started on another port than the last time.
func move(ctx context.Context, admin *mongo.Database, addresses []string) error {
	var answer struct {
		Config struct {
			Version int
			Members []struct{ Host string }
		}
	}
	err := admin.RunCommand(ctx, bson.D{{Key: "replSetGetConfig", Value: 1}}).Decode(&answer)
	if err != nil {
		return err
	}
	members := answer.Config.Members
	if len(addresses) > 1 || len(members) != 1 || members[0].Host == addresses[0] {
		return nil
	}
	version := bson.E{Key: "version", Value: answer.Config.Version + 1}
	return admin.RunCommand(ctx, bson.D{
		{Key: "replSetReconfig", Value: append(configuration(addresses), version)},
		{Key: "force", Value: true},
	}).Err()
}

func awaitMembers(ctx context.Context, admin *mongo.Database) error {
	const primary, secondary = 1, 2
	return process.Poll(ctx, func() error {
		var status struct{ Members []struct{ State int } }
		command := bson.D{{Key: "replSetGetStatus", Value: 1}}
		if err := admin.RunCommand(ctx, command).Decode(&status); err != nil {
			return err
		}
		primaries := 0
		for _, member := range status.Members {
			if member.State == primary {
				primaries++
			} else if member.State != secondary {
				return fmt.Errorf("a member is in state %d", member.State)
			}
		}
		if primaries != 1 {
			return fmt.Errorf("%d primaries", primaries)
		}
		return nil
	})
}

// Ask returns what the server behind a URI says about itself.
func Ask(ctx context.Context, uri string) (hello Hello, err error) {
	err = With(ctx, options.Client().ApplyURI(uri), func(client *mongo.Client) error {
		command := bson.D{{Key: "hello", Value: 1}}
		return client.Database("admin").RunCommand(ctx, command).Decode(&hello)
	})
	return hello, err
}

// With connects for as long as do takes.
func With(
	ctx context.Context, opts *options.ClientOptions, do func(*mongo.Client) error,
) error {
	client, err := mongo.Connect(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()
	return do(client)
}

func with(ctx context.Context, address string, do func(admin *mongo.Database) error) error {
	opts := options.Client().ApplyURI(DirectURI(address, "admin"))
	return With(ctx, opts, func(client *mongo.Client) error { return do(client.Database("admin")) })
}
