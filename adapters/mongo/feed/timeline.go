package feed

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"go.mongodb.org/mongo-driver/bson/primitive"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/ports"
)

var _ ports.Timeline = (*EventFeed)(nil)

// Present implements ports.Timeline: it is the time of the primary's last write, which every user
// may ask for.
func (f *EventFeed) Present(ctx context.Context) (ports.Moment, error) {
	said, err := client.AskHello(ctx, f.commits.Database())
	if err != nil {
		return 0, fmt.Errorf("ask for the time of the last write to %s: %w", journal.Collection,
			client.Translate(ctx, err))
	}
	if at := said.LastWrite.Newest.At; !at.IsZero() {
		return momentOf(at), nil
	}
	return momentOf(said.Operation), nil // Of a router.
}

// Reached implements ports.Timeline. Some events of the token's own time may come after it.
func (f *EventFeed) Reached(at ports.Position) ports.Moment {
	written, ok := placeOf(at).time()
	if !ok {
		return 0
	}
	return momentOf(written) - 1
}

func momentOf(t primitive.Timestamp) ports.Moment {
	return ports.Moment(t.T)<<32 | ports.Moment(t.I)
}

const (
	// A resume token is a KeyString, in hex, that begins with a timestamp: the byte that says so,
	// and the time as it is in the oplog, seconds first, in big-endian order.
	timestampKey   = 0x82
	timestampBytes = 1 + 4 + 4
	uuidBytes      = 16
)

// time is when what the place's token is of happened.
func (p place) time() (at primitive.Timestamp, ok bool) {
	if uuid, err := hex.DecodeString(p.collection); err != nil || len(uuid) != uuidBytes {
		return at, false
	}
	text, isText := p.token.Lookup("_data").StringValueOK()
	if !isText || len(text) < 2*timestampBytes {
		return at, false
	}
	key, err := hex.DecodeString(text[:2*timestampBytes])
	if err != nil || key[0] != timestampKey {
		return at, false
	}
	at.T = binary.BigEndian.Uint32(key[1:])
	at.I = binary.BigEndian.Uint32(key[1+4:])
	return at, !at.IsZero()
}
