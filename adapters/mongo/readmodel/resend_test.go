package readmodel_test

import (
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// One answer of a server that is no primary any more, or one cut connection, is survived by the
// writes of which nobody asks a second time. A compare-and-set whose outcome is unknown is not sent
// again, as it would not find what it changed itself.
func TestOneFailureOfAPrimaryIsSurvived(t *testing.T) {
	unknown := map[string]bson.M{
		"cut": {"closeConnection": true}, "stepping down": {"errorCode": 11602},
		"undone": {"writeConcernError": bson.M{"code": 189, "errmsg": "stepped down"}},
	}
	uri, fail := fixture.Breakable(t)
	s := fixture.MigratedModel(t, uri)
	once := func(how bson.M, write func() error) error {
		how["failCommands"] = bson.A{"update", "delete"}
		heal := fail(1, how)
		defer heal()
		return write()
	}
	for what, write := range writes(t, s, mongotest.Database(t, uri).Collection("projections")) {
		if err := once(bson.M{"errorCode": 10107}, write.once); err != nil {
			t.Errorf("%s after 'not primary': %v", what, err)
		}
		for name, how := range unknown {
			err := once(how, write.once)
			if write.idempotent && err != nil || !write.idempotent && err == nil {
				t.Errorf("%s after '%s': %v", what, name, err)
			}
		}
	}
}

type oneWrite struct {
	once       func() error
	idempotent bool
}

// writes are the writes of one statement to a read model.
func writes(
	t *testing.T, s contract.OrderModel, states *mongo.Collection,
) map[string]oneWrite {
	ctx := t.Context()
	id := fixture.NewID()
	return map[string]oneWrite{
		"start over": {func() error {
			fixture.Drop(t, states)
			_, err := s.Checkpoint.Load(ctx)
			return err
		}, true},
		"hold":    {func() error { return hold(t, s, "me") }, true},
		"release": {func() error { return s.Lease.Release(ctx, "me") }, true},
		"park": {func() error {
			return s.Parked.Park(ctx, []ports.ParkedOrder{{ID: id, Since: time.Now()}})
		}, true},
		"release an order": {func() error { return s.Parked.Release(ctx, id, 1) }, true},
		"repair":           {func() error { return repairTo(t, s, fixture.NewID(), 1) }, false},
		"take away": {func() error {
			err := s.Views.Repair(ctx, fixture.NewID(), 1, nil)
			if errors.Is(err, ports.ErrConflict) { // It has looked, and found nothing.
				err = nil
			}
			return err
		}, false},
	}
}
