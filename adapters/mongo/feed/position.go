package feed

import (
	"bytes"
	"encoding/base64"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
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
	token, err := base64.RawURLEncoding.DecodeString(text)
	size, _, _ := bsoncore.ReadLength(token)
	at := place{collection: collection, token: token}
	if err != nil || int(size) != len(token) || at.token.Validate() != nil || at.position() != p {
		return place{}
	}
	return at
}

// moved returns p with a copy of another token.
func (p place) moved(token bson.Raw) place {
	p.token = bytes.Clone(token)
	return p
}
