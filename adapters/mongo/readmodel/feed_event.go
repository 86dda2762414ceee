package readmodel

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/domain/order"
	"orders/ports"
)

// A place is where a ViewFeed goes on: in the collection of a generation, known by its UUID,
// with what happened at a time or later.
type place struct {
	collection string
	time       primitive.Timestamp
}

// position spells p as "<collection UUID in hex>.<seconds>.<number within the second>".
func (p place) position() ports.Position {
	return ports.Position(fmt.Sprintf("%s.%d.%d", p.collection, p.time.T, p.time.I))
}

// placeOf reads a position. One that no feed made is in no collection.
func placeOf(from ports.Position) (p place) {
	parts := strings.Split(string(from), ".")
	if len(parts) != 3 {
		return place{}
	}
	seconds, err1 := strconv.ParseUint(parts[1], 10, 32)
	number, err2 := strconv.ParseUint(parts[2], 10, 32)
	p = place{parts[0], primitive.Timestamp{T: uint32(seconds), I: uint32(number)}}
	if err1 != nil || err2 != nil || p.position() != from {
		return place{}
	}
	return p
}

// tokenTime is the time of a resume token, with which its data begin: a type and eight bytes.
func tokenTime(token bson.Raw) (at primitive.Timestamp, err error) {
	data, _ := token.Lookup("_data").StringValueOK()
	raw, err := hex.DecodeString(data[:min(len(data), 18)])
	if err != nil || len(raw) != 9 || raw[0] != isTimestamp {
		return at, fmt.Errorf("resume token %s does not begin with a time", token)
	}
	at.T, at.I = binary.BigEndian.Uint32(raw[1:5]), binary.BigEndian.Uint32(raw[5:9])
	return at, nil
}

// isTimestamp is the type of a time in a resume token.
const isTimestamp = 0x82

// SavesOnly leaves of each save what a ports.ViewChange tells.
var SavesOnly = driver.Pipeline{
	{{Key: "$match", Value: bson.D{{Key: "operationType", Value: bson.D{
		{Key: "$in", Value: bson.A{"insert", "update", "replace"}},
	}}}}},
	{{Key: "$project", Value: bson.D{
		{Key: "documentKey", Value: 1}, {Key: "clusterTime", Value: 1},
		{Key: "fullDocument.version", Value: 1},
		{Key: "updateDescription.updatedFields.version", Value: 1},
	}}},
}

// viewChange reads an event, and when it happened.
func viewChange(event bson.Raw) (c ports.ViewChange, at primitive.Timestamp) {
	id, _ := event.Lookup("documentKey", "_id").StringValueOK()
	version, isWhole := event.Lookup("fullDocument", "version").AsInt64OK()
	if !isWhole {
		version, _ = event.Lookup("updateDescription", "updatedFields", "version").AsInt64OK()
	}
	at.T, at.I, _ = event.Lookup("clusterTime").TimestampOK()
	return ports.ViewChange{ID: order.ID(id), Version: int(version)}, at
}
