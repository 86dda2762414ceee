package mongo

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"golang.org/x/sync/errgroup"
)

// index makes the indexes of the set, and those given, that a collection does not have. One that
// the collection has under the same keys, or that is given under them, serves for the set's.
func (s Set) index(ctx context.Context, to *driver.Collection, given []index) error {
	there, err := indexesOf(ctx, to)
	if err != nil {
		return err
	}
	needed, err := s.indexes()
	if err != nil {
		return err
	}
	var missing bson.A
	for _, i := range given {
		if !slices.ContainsFunc(there, func(o index) bool { return o.Name == i.Name }) {
			missing, there = append(missing, i.raw), append(there, i)
		}
	}
	for _, i := range needed {
		if !i.servedBy(there) {
			missing = append(missing, i.raw)
		}
	}
	return build(ctx, to, missing)
}

// buildsAtOnce is how many builds of indexes share the work, each on a core of the server, which
// by default runs no more at once.
const buildsAtOnce = 3

// build makes indexes, several at once: those of one command are made one after the other.
func build(ctx context.Context, to *driver.Collection, indexes bson.A) error {
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
