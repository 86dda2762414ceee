package migrate

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"golang.org/x/sync/errgroup"
)

// Index makes the indexes of the set, and those given, that a collection does not have. One that
// the collection has under the same keys, or that is given under them, serves for the set's.
func (s Set) Index(ctx context.Context, to *driver.Collection, given []Index) error {
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
	return Build(ctx, to, missing)
}

// buildsAtOnce is how many builds of indexes share the work, each on a core of the server, which
// by default runs no more at once.
const buildsAtOnce = 3

// Build makes indexes, several at once: those of one command are made one after the other.
func Build(ctx context.Context, to *driver.Collection, indexes bson.A) error {
	parts := make([]bson.A, min(buildsAtOnce, len(indexes)))
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
