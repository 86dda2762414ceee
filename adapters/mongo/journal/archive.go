package journal

import (
	"context"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

var _ ports.Archive = (*Archive)(nil)

// BatchMax is how many commits one batch has, at most.
const BatchMax = 1000

// Archive reads order_writes from end to end.
type Archive struct {
	db      *client.Database
	commits *driver.Collection
	sizes   *client.Sizes // Of the commits that were read of late.
}

// NewArchive returns the archive of d's commits.
func NewArchive(d *client.Database) *Archive {
	return &Archive{d, d.Collection(Collection), &client.Sizes{}}
}

// Size asks for the number that the collection keeps of itself.
func (a *Archive) Size(ctx context.Context) (int, error) {
	n, err := a.commits.EstimatedDocumentCount(ctx)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", Collection, client.Translate(ctx, err))
	}
	return int(n), nil
}

// Commits reads a run of keys, which orders commits by their orders and then by version. It stops
// at the first commit of one order too many.
func (a *Archive) Commits(
	ctx context.Context, r ports.Range, each func(ports.Commit) error,
) error {
	if r.Limit <= 0 {
		return ctx.Err()
	}
	keys := bson.D{{Key: "_id", Value: keysIn(r)}}
	found, err := a.db.FindDurable(ctx, a.commits, keys, options.Find().
		SetSort(bson.D{{Key: "_id", Value: 1}}).SetBatchSize(a.sizes.Batch(BatchMax)))
	if err != nil {
		return fmt.Errorf("read %s: %w", Collection, client.Translate(ctx, err))
	}
	cursor := a.sizes.Pace(found, BatchMax)
	defer cursor.Close(ctx)
	var last ports.Commit
	for orders := 0; cursor.Next(ctx); {
		id := ownerOf(cursor.Current)
		switch {
		case id < r.From:
			continue // Its keys come after that of From, for "/" comes after what From ends with.
		case id != last.OrderID:
			if orders++; orders > r.Limit {
				return nil
			}
			last = ports.Commit{OrderID: id}
		case last.Unreadable != nil:
			continue
		}
		last = nextOf(last, cursor.Current)
		if err := each(last); err != nil {
			return err
		}
	}
	if err := cursor.Err(); err != nil {
		return fmt.Errorf("read %s: %w", Collection, client.Translate(ctx, err))
	}
	return nil
}

// nextOf is the commit after last, which is unreadable if it does not fit.
func nextOf(last ports.Commit, raw bson.Raw) ports.Commit {
	version := last.Version + 1
	c, err := DecodeCommit(raw)
	if err == nil {
		err = follows(last.OrderID, version, c)
	}
	if err == nil {
		return c
	}
	return ports.Commit{
		OrderID: last.OrderID, Version: version,
		Unreadable: fmt.Errorf("commit %s: %w", document.Text(raw, "_id"), err),
	}
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
	id, _, _ := strings.Cut(document.Text(commit, "_id"), "/")
	return order.ID(id)
}
