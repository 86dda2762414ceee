package readmodel

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

// StatesName is the collection of states: one document for each read model.
const StatesName = "projections"

// A state is what is known of a read model: which collections hold its views, and how far they
// have come. It changes by transitions only, each of which is one update and raises the epoch.
// Its times are the database's.
type state struct {
	Epoch    int64          `bson:"epoch"`  // 0 if there is no document.
	FedEpoch int64          `bson:"opened"` // The epoch since which no collection came to be fed.
	Last     int            `bson:"last"`   // The highest number that a generation ever had.
	Position ports.Position `bson:"position"`
	Live     generation     `bson:"live"`
	AlsoFed  *alsoFed       `bson:"next,omitempty"`
	Previous *previous      `bson:"previous,omitempty"`
}

type (
	// A generation is a collection of views. One with another UUID is not the one that was meant:
	// somebody dropped that, and a write made it anew.
	generation struct {
		Number int                 `bson:"number"`
		UUID   string              `bson:"uuid"`
		Since  primitive.Timestamp `bson:"since,omitempty"` // See alsoFed.
	}
	// An alsoFed is a generation that is fed beside the live one: the candidate of a rebuild while
	// it is filled; or, Leaving, the one that was live before a switch. Until its collection is
	// made it has no UUID.
	alsoFed struct {
		Number  int                 `bson:"number"`
		UUID    string              `bson:"uuid"`
		Since   primitive.Timestamp `bson:"since,omitempty"` // Nothing was put there just before.
		Owner   string              `bson:"owner"`
		Until   time.Time           `bson:"until"`
		Leaving bool                `bson:"leaving"`
		Commits int64               `bson:"commits,omitempty"` // How many are in it,
		Size    int64               `bson:"size,omitempty"`    // of about so many.
	}
	// A previous was live, and is no longer fed: all that was committed before Position is in it.
	previous struct {
		Number   int            `bson:"number"`
		UUID     string         `bson:"uuid"`
		Position ports.Position `bson:"position"`
	}
)

// fed are the numbers of the generations that a saver puts views into, in this order. The one that
// readers turn to comes first, so that it lacks nothing that they have seen before.
func (s state) fed() []int {
	switch next := s.AlsoFed; {
	case next == nil || next.UUID == "":
		return []int{s.Live.Number}
	case next.Leaving:
		return []int{s.Live.Number, next.Number}
	default:
		return []int{next.Number, s.Live.Number}
	}
}

// uses reports whether a generation is live, also fed, or kept for a rollback.
func (s state) uses(number int) bool {
	return number == s.Live.Number || s.AlsoFed != nil && number == s.AlsoFed.Number ||
		s.Previous != nil && number == s.Previous.Number
}

// read reads the state as it is now.
func (m *Model) read(ctx context.Context) (s state, err error) {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	begun := time.Now()
	raw, err := m.states.FindOne(ctx, bson.D{{Key: "_id", Value: m.set.Collection}}).Raw()
	switch {
	case errors.Is(err, driver.ErrNoDocuments):
		s, err = state{Live: generation{Number: 1}}, nil
	case err == nil:
		s, err = m.decode(raw)
	}
	if err != nil {
		return state{}, err
	}
	m.remember(s, begun)
	return s, nil
}

// ErrDamaged means that a stored state cannot be right: somebody changed it by hand.
var ErrDamaged = errors.New("is damaged")

// decode reads a state as it is stored. Its error says what to do.
func (m *Model) decode(raw bson.Raw) (s state, err error) {
	err = bson.Unmarshal(raw, &s)
	if err == nil && !s.isConsistent() {
		err = errors.New("its numbers are no state's")
	}
	if err != nil {
		return state{}, fmt.Errorf("the document %s in collection %s of database %s %w (%s): "+
			"delete it, and run `orders projection rebuild` for its read model",
			m.set.Collection, StatesName, m.db.Name(), ErrDamaged, err)
	}
	return s, nil
}

// isConsistent reports whether the numbers fit each other.
func (s state) isConsistent() bool {
	numbers := []int{s.Live.Number}
	if s.AlsoFed != nil {
		numbers = append(numbers, s.AlsoFed.Number)
	}
	if s.Previous != nil {
		numbers = append(numbers, s.Previous.Number)
	}
	return s.Epoch > 0 && slices.Min(numbers) > 0 && slices.Max(numbers) <= s.Last &&
		s.Last < math.MaxInt32
}

// transition updates the state if it is as wanted, which one update decides, and reports whether it
// was. The update is a pipeline, so it may compute with the database's clock.
func (m *Model) transition(ctx context.Context, wanted bson.D, stages ...bson.D) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	filter := append(bson.D{{Key: "_id", Value: m.set.Collection}}, wanted...)
	result, err := m.states.UpdateOne(ctx, filter, driver.Pipeline(stages))
	if err != nil {
		return false, err
	}
	return result.MatchedCount == 1, nil
}

// raiseEpoch raises the epoch; raiseFedEpoch sets the fed epoch to the new one.
var (
	raiseEpoch    = bson.E{Key: "epoch", Value: pipeline.Plus("$epoch", 1)}
	raiseFedEpoch = bson.E{Key: "opened", Value: pipeline.Plus("$epoch", 1)}
)
