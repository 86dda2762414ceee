package client

import (
	"context"
	"encoding/hex"
	"sync"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
)

// A Collection is one that somebody may replace while it is used, as when a backup is put back.
// What was decided by the documents of the old one is not inserted into the new one: a commit would
// stand there with nothing before it.
type Collection struct {
	Named *driver.Collection

	mu      sync.Mutex
	uuid    []byte // Nil when it is to be asked for.
	unaware bool   // The server, older than 6.0, cannot insert into the collection of a UUID.
}

// Insert is writeAll of documents into the collection. What is refused as
// codeCollectionUUIDMismatch was for the one before; what comes next is for the one that has the
// name by then.
func (c *Collection) Insert(
	ctx context.Context, documents []bson.Raw,
) (refused map[int]driver.WriteError, err error) {
	into := Inserts
	into.uuid = c.identity(ctx)
	refused, err = WriteAll(ctx, c.Named, into, documents)
	if hasCode(err, codeUnknownField) && len(into.uuid) > 0 {
		c.forget(true)
		return WriteAll(ctx, c.Named, Inserts, documents)
	}
	for _, refusal := range refused {
		if refusal.Code == CodeCollectionUUIDMismatch {
			c.forget(false)
			break
		}
	}
	return refused, err
}

// identity returns the UUID, or none if there is no collection, or no use for it. What cannot be
// asked for now does not keep anybody from inserting.
func (c *Collection) identity(ctx context.Context) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.uuid != nil || c.unaware {
		return c.uuid
	}
	ctx, cancel := context.WithTimeout(ctx, AttemptTimeout)
	defer cancel()
	if text, err := UUID(ctx, c.Named); err == nil {
		c.uuid, _ = hex.DecodeString(text) // It was made by us.
	}
	return c.uuid
}

func (c *Collection) forget(unaware bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.uuid, c.unaware = nil, unaware
}

// UUID returns the UUID of a collection in hex, or an empty string if there is no such one.
func UUID(ctx context.Context, c *driver.Collection) (string, error) {
	named := bson.D{{Key: "name", Value: c.Name()}}
	cursor, err := c.Database().ListCollections(ctx, named)
	if err != nil {
		return "", err
	}
	var found []struct {
		Info struct {
			UUID bson.RawValue `bson:"uuid"`
		} `bson:"info"`
	}
	if err := cursor.All(ctx, &found); err != nil || len(found) == 0 {
		return "", err
	}
	_, uuid, _ := found[0].Info.UUID.BinaryOK()
	return hex.EncodeToString(uuid), nil
}
