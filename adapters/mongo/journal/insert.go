package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
)

var errNotFound = errors.New("a key is taken, but its document is not found")

// record sends commits once, all in one write.
func (s *EventStore) record(ctx context.Context, commits []bson.Raw) []verdict {
	if err := s.mayWrite(ctx); err != nil {
		return slices.Repeat([]verdict{{unsent, err}}, len(commits))
	}
	verdicts := s.insert(ctx, commits)
	if err := s.mayWrite(ctx); err != nil {
		return slices.Repeat([]verdict{{unknown, err}}, len(commits))
	}
	for _, v := range verdicts {
		if v.fate == denied {
			s.onDenial(v.err)
			break
		}
	}
	return verdicts
}

// insert gives each commit its verdict. A key that is taken is looked up, to tell a commit
// of ours that was sent before from one of somebody else.
func (s *EventStore) insert(ctx context.Context, commits []bson.Raw) []verdict {
	verdicts := make([]verdict, len(commits))
	refusals, err := s.target.Insert(ctx, commits)
	if err != nil {
		return slices.Repeat([]verdict{{fateOfAll(err), err}}, len(commits))
	}
	var taken []int
	for i := range verdicts {
		refusal, is := refusals[i]
		switch {
		case !is:
			verdicts[i] = verdict{recorded, nil}
		case client.IsTaken(refusal):
			taken = append(taken, i)
		case refusal.Code == client.CodeCollectionUUIDMismatch:
			verdicts[i] = verdict{outdated, refusal}
		case client.IsDenial(refusal):
			verdicts[i] = verdict{denied, refusal}
		case client.IsPermanent(refusal):
			verdicts[i] = verdict{refused, fmt.Errorf("MongoDB refuses the commit: %w", refusal)}
		default:
			verdicts[i] = verdict{unsent, refusal}
		}
	}
	s.resolve(ctx, commits, taken, verdicts)
	s.insertFirst(ctx, commits, verdicts)
	return verdicts
}

// insertFirst sends the first commits of orders into the collection that is there now, as nothing
// has to be before them.
func (s *EventStore) insertFirst(ctx context.Context, commits []bson.Raw, verdicts []verdict) {
	var first []bson.Raw
	var at []int
	for i, v := range verdicts {
		if v.isOutdated() && strings.HasSuffix(document.Text(commits[i], "_id"), commitKey("", 1)) {
			first, at = append(first, commits[i]), append(at, i)
		}
	}
	if len(first) == 0 {
		return
	}
	for n, v := range s.insert(ctx, first) {
		verdicts[at[n]] = v
	}
}

// fateOfAll is what became of all the commits of a write that failed as a whole.
func fateOfAll(err error) fate {
	switch {
	case client.IsDenied(err):
		return denied
	case client.NeverSent(err):
		return unsent
	}
	return unknown
}

// resolve gives verdicts on the commits whose keys are taken.
func (s *EventStore) resolve(ctx context.Context, commits []bson.Raw, taken []int, to []verdict) {
	if len(taken) == 0 {
		return
	}
	var keys []string
	for _, i := range taken {
		keys = append(keys, document.Text(commits[i], "_id"))
	}
	owners, err := s.owners(ctx, keys)
	for n, i := range taken {
		owner, found := owners[keys[n]]
		switch {
		case client.IsDenied(err):
			to[i] = verdict{denied, err}
		case err != nil:
			to[i] = verdict{unknown, err}
		case !found:
			to[i] = verdict{unknown, errNotFound}
		case owner == document.Text(commits[i], "commitId"):
			to[i] = verdict{recorded, nil}
		default:
			to[i] = verdict{conflict, nil}
		}
	}
}

// owners returns the IDs of the commits that are recorded under the keys.
func (s *EventStore) owners(ctx context.Context, keys []string) (map[string]string, error) {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	filter := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: keys}}}}
	only := bson.D{{Key: "commitId", Value: 1}}
	cursor, err := s.db.FindDurable(ctx, s.commits, filter, options.Find().SetProjection(only))
	if err != nil {
		return nil, err
	}
	var found []bson.Raw
	if err := cursor.All(ctx, &found); err != nil {
		return nil, err
	}
	owners := make(map[string]string, len(found))
	for _, d := range found {
		owners[document.Text(d, "_id")] = document.Text(d, "commitId")
	}
	return owners, nil
}
