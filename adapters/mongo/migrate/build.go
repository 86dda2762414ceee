package migrate

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"golang.org/x/sync/errgroup"
)

// MakeIndexes makes the indexes of the set, and those given, that a collection lacks. An index with
// the same keys, in the collection or given, serves for the set's.
func (s Set) MakeIndexes(ctx context.Context, to *driver.Collection, given []Index) error {
	there, err := IndexesOf(ctx, to)
	if err != nil {
		return err
	}
	needed, err := s.indexes()
	if err != nil {
		return err
	}
	var missing bson.A
	for _, i := range given {
		if !slices.ContainsFunc(there, func(o Index) bool { return o.Name == i.Name }) {
			missing, there = append(missing, i.Raw), append(there, i)
		}
	}
	for _, i := range needed {
		if !i.servedBy(there) {
			missing = append(missing, i.Raw)
		}
	}
	return CreateIndexes(ctx, to, missing)
}

// concurrentBuilds is how many builds of indexes run at once, each on a core of the server. By
// default the server runs no more.
const concurrentBuilds = 3

// CreateIndexes makes indexes, several at once: those of one command are made one after the other.
func CreateIndexes(ctx context.Context, to *driver.Collection, indexes bson.A) error {
	parts := make([]bson.A, min(concurrentBuilds, len(indexes)))
	for i, one := range indexes {
		parts[i%len(parts)] = append(parts[i%len(parts)], one)
	}
	var builds errgroup.Group
	for _, part := range parts {
		builds.Go(func() error {
			return to.Database().RunCommand(ctx, bson.D{
				{Key: "createIndexes", Value: to.Name()}, {Key: "indexes", Value: part},
			}).Err()
		})
	}
	return builds.Wait()
}
