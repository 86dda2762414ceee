package mongo

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/domain/order"
	"orders/ports"
)

var _ ports.Archive = (*Archive)(nil)

// Archive reads order_writes from end to end.
type Archive struct{ commits *driver.Collection }

// NewArchive returns the archive of d's commits.
func NewArchive(d *Database) *Archive { return &Archive{d.collection(commitsName)} }

// Size asks for the number that the collection keeps of itself.
func (a *Archive) Size(ctx context.Context) (int, error) {
	n, err := a.commits.EstimatedDocumentCount(ctx)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", commitsName, translate(ctx, err))
	}
	return int(n), nil
}

// Streams reads a run of keys, which orders commits by their orders and then by version. It stops
// at the first commit of one order too many, so each stream is whole.
func (a *Archive) Streams(ctx context.Context, r ports.Range) (streams []ports.Stream, err error) {
	if r.Limit <= 0 {
		return nil, ctx.Err()
	}
	cursor, err := a.commits.Find(ctx, bson.D{{Key: "_id", Value: keysIn(r)}}, options.Find().
		SetSort(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(batchMax))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", commitsName, translate(ctx, err))
	}
	defer closeSoon(ctx, cursor)
	for cursor.Next(ctx) {
		id := ownerOf(cursor.Current)
		if id < r.From {
			continue // Its keys come after that of From, for "/" comes after what From ends with.
		}
		if last := len(streams) - 1; last < 0 || streams[last].ID != id {
			if len(streams) == r.Limit {
				return streams, nil
			}
			streams = append(streams, ports.Stream{ID: id})
		}
		extend(&streams[len(streams)-1], cursor.Current)
	}
	if err := cursor.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", commitsName, translate(ctx, err))
	}
	return streams, nil
}

// keysIn selects the keys of the orders in r; they are strings in any case.
func keysIn(r ports.Range) bson.D {
	above, _ := keysOf(r.From)
	if r.From == "" {
		above = ""
	}
	keys := bson.D{{Key: "$gte", Value: above}}
	if r.Through != "" {
		_, below := keysOf(r.Through)
		keys = append(keys, bson.E{Key: "$lt", Value: below})
	}
	return keys
}

// ownerOf is the order that a commit's key names.
func ownerOf(commit bson.Raw) order.ID {
	id, _, _ := strings.Cut(text(commit, "_id"), "/")
	return order.ID(id)
}

// extend adds the next commit to a stream, which becomes unreadable for good if that does not fit.
func extend(s *ports.Stream, raw bson.Raw) {
	if s.Unreadable != nil {
		return
	}
	c, err := decodeCommit(raw)
	if err == nil {
		err = follows(s.ID, s.Version()+1, c)
	}
	if err != nil {
		s.Commits, s.Unreadable = nil, fmt.Errorf("commit %s: %w", text(raw, "_id"), err)
		return
	}
	s.Commits = append(s.Commits, c)
}
