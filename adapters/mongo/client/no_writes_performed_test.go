package client

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/test/mongotest"
)

// This driver takes a refused write with the label NoWritesPerformed for done, in whatever way it
// is sent. Each guard must notice. When the driver is mended, this test says so, and the tests of
// what becomes of such writes prove nothing any more.
func TestTheGuardsOfTheDriversTrap(t *testing.T) {
	uri := mongotest.BreakableURI(t) + "&appName=trap" + rand.Text()
	d, err := Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	c, document := d.Collection("trap"), bson.D{{Key: "_id", Value: "x"}}
	raw, _ := bson.Marshal(document)
	models := []driver.WriteModel{driver.NewInsertOneModel().SetDocument(document)}
	mongotest.FailCommand(t, uri, 0, bson.M{
		"failCommands": bson.A{"insert"}, "errorCode": 8000,
		"errorLabels": bson.A{"NoWritesPerformed"}, "appName": d.options.AppName,
	})
	if _, err := c.InsertOne(t.Context(), document); err != nil {
		t.Errorf("the driver tells: %v", err)
	}
	if _, err := c.BulkWrite(t.Context(), models); err != nil {
		t.Errorf("the driver tells of a bulk write: %v", err)
	}
	insert := Inserts.command(c.Name(), []bson.Raw{raw})
	if err := c.Database().RunCommand(t.Context(), insert).Err(); err != nil {
		t.Errorf("the driver tells of a command: %v", err)
	}
	_, err = WriteAll(t.Context(), c, Inserts, []bson.Raw{raw})
	if !IsDenied(err) {
		t.Errorf("writeAll: %v, want what the server said", err)
	}
	if _, err := writeOne(t.Context(), c, Inserts, Idempotent, document); !IsDenied(err) {
		t.Errorf("writeOne: %v, want what the server said", err)
	}
}

// A reply accounts for each statement, or nobody knows.
func TestAReplyAccountsForEveryStatement(t *testing.T) {
	for _, tt := range []struct {
		n, refused, of int
		err            error
	}{
		{3, 0, 3, nil}, {2, 1, 3, nil}, {0, 3, 3, nil},
		{0, 0, 3, errMiscounted}, {2, 0, 3, errMiscounted}, {1, 1, 3, errMiscounted},
		{4, 0, 3, errMiscounted},
	} {
		errs := bson.A{}
		for i := range tt.refused {
			errs = append(errs, bson.M{"index": i, "code": CodeDuplicateKey})
		}
		answer, _ := bson.Marshal(bson.M{"ok": 1.0, "n": tt.n, "writeErrors": errs})
		var r reply
		if err := bson.Unmarshal(answer, &r); err != nil {
			t.Fatal(err)
		}
		refused, err := r.refused(tt.of)
		if !errors.Is(err, tt.err) || err == nil && len(refused) != tt.refused {
			t.Errorf("%d done and %d refused of %d: %v, %v", tt.n, tt.refused, tt.of, refused, err)
		}
	}
}
