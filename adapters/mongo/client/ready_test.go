package client_test

import (
	"context"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/test/mongotest"
)

func deadline(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

// A check tells within its caller's time that nobody takes writes.
func TestACheckTells(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	// It answers in any role.
	d := fixture.Connect(t, server.URI("orders")+"&directConnection=true")
	if err := d.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	server.Freeze()
	begun := time.Now()
	ctx, cancel := deadline(t, 300*time.Millisecond)
	defer cancel()
	if err := d.Ready(ctx); err == nil || time.Since(begun) > fixture.Promptly {
		t.Errorf("error %v after %v", err, time.Since(begun))
	}
	server.Thaw()
	fixture.Eventually(t, func() error { return d.Ready(t.Context()) })
	stepDown := bson.D{{Key: "replSetStepDown", Value: 600}, {Key: "force", Value: true}}
	_ = mongotest.Database(t, server.URI("admin")).RunCommand(t.Context(), stepDown).Err()
	if err := d.Ready(t.Context()); err == nil {
		t.Error("it is ready without a primary")
	}
}
