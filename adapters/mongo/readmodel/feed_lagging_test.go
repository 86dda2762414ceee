package readmodel

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson/primitive"

	"orders/adapters/mongo/client"
	"orders/test/mongotest"
)

// A server that has just become the primary may not know yet what was told before. Whoever comes
// then has caught up only after that.
func TestShownIsNotBeforeWhatWasTold(t *testing.T) {
	db := mongotest.Database(t, mongotest.URI(t))
	f := &Feed{model: &Model{db: &client.Database{Handle: db}}}
	now, err := f.shown(t.Context())
	if err != nil || now.IsZero() {
		t.Fatalf("shown until %v, %v", now, err)
	}
	later := primitive.Timestamp{T: now.T + 60}
	f.noteTold(later)
	f.noteTold(now)
	if until, err := f.shown(t.Context()); err != nil || until != later {
		t.Errorf("shown until %v, %v; want %v", until, err, later)
	}
}
