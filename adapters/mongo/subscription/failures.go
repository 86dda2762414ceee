package subscription

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/document"
	"orders/adapters/mongo/pipeline"
	"orders/ports"
)

var _ ports.Failures = failures{}

// failures is the failure in a subscription's document, {reason, since}.
type failures struct {
	documents *driver.Collection
	name      string
}

// Record implements ports.Failures. It makes the document if need be.
func (f failures) Record(ctx context.Context, failure ports.Failure) error {
	failure = failure.Bounded()
	record := client.Upsert(bson.D{{Key: "_id", Value: f.name}}, driver.Pipeline{pipeline.Set(
		bson.E{Key: "failure", Value: pipeline.Object(
			bson.E{Key: "reason", Value: pipeline.Literal(failure.Reason)},
			bson.E{Key: "since", Value: pipeline.IfIs("date", "$failure.since", failure.Since)},
		)},
	)})
	var recorded bool
	var err error
	for try := 0; err == nil && !recorded && try < upsertTries; try++ {
		recorded, err = client.UpdateOne(ctx, f.documents, client.Idempotent, record)
	}
	if err == nil && !recorded {
		err = ports.ErrConflict
	}
	if err != nil {
		return fmt.Errorf("record a failure of subscription %s: %w", f.name,
			client.Translate(ctx, err))
	}
	return nil
}

// Clear implements ports.Failures.
func (f failures) Clear(ctx context.Context) error {
	_, err := client.UpdateOne(ctx, f.documents, client.Idempotent, client.Update(
		bson.D{{Key: "_id", Value: f.name}}, driver.Pipeline{pipeline.Unset("failure")}))
	if err != nil {
		return fmt.Errorf("clear the failure of subscription %s: %w", f.name,
			client.Translate(ctx, err))
	}
	return nil
}

// Last implements ports.Failures. What somebody damaged is left out.
func (f failures) Last(ctx context.Context) (last ports.Failure, err error) {
	ctx, cancel := context.WithTimeout(ctx, client.AttemptTimeout)
	defer cancel()
	found, err := f.documents.FindOne(ctx, bson.D{{Key: "_id", Value: f.name}}).Raw()
	switch {
	case errors.Is(err, driver.ErrNoDocuments):
		return last, nil
	case err != nil:
		return last, fmt.Errorf("read the failure of subscription %s: %w", f.name,
			client.Translate(ctx, err))
	}
	kept, _ := found.Lookup("failure").DocumentOK()
	last.Reason = document.Valid(document.Text(kept, "reason"))
	if since, is := kept.Lookup("since").TimeOK(); is {
		last.Since = since.UTC()
	}
	return last, nil
}
