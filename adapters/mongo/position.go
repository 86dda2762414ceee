package mongo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/x/bsonx/bsoncore"

	"orders/ports"
)

// A place is where a feed goes on: after a resume token of the change stream of one collection,
// known by its UUID. Without a token it is before everything.
type place struct {
	collection string
	token      bson.Raw
}

// position spells p as "<collection UUID in hex>.<token in base64>".
func (p place) position() ports.Position {
	if p.token == nil {
		return ""
	}
	return ports.Position(p.collection + "." + base64.RawURLEncoding.EncodeToString(p.token))
}

// placeOf reads a position. One that this feed cannot have made counts as the empty one.
func placeOf(p ports.Position) place {
	collection, text, _ := strings.Cut(string(p), ".")
	token, err := base64.RawURLEncoding.Strict().DecodeString(text)
	size, _, _ := bsoncore.ReadLength(token)
	if err != nil || int(size) != len(token) || bson.Raw(token).Validate() != nil {
		return place{}
	}
	return place{collection: collection, token: token}
}

// moved returns p with a copy of another token.
func (p place) moved(token bson.Raw) place {
	p.token = bytes.Clone(token)
	return p
}

// uuidOf returns the UUID of a collection in hex, or an empty string if there is no such one.
func uuidOf(ctx context.Context, c *driver.Collection) (string, error) {
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
