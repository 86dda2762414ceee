package mongotest

import (
	"context"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
)

// Asked returns what anybody asks of the database that a URI names while during runs, in the order
// of asking: each as the command and its collection, such as "find order_writes".
func Asked(tb testing.TB, uri string, during func()) (asked []string) {
	tb.Helper()
	ctx, d := context.Background(), Database(tb, uri)
	profile := func(level int) {
		if err := d.RunCommand(ctx, bson.D{{Key: "profile", Value: level}}).Err(); err != nil {
			tb.Fatal(err)
		}
	}
	profile(2)
	during()
	profile(0)
	cursor, err := d.Collection("system.profile").Find(ctx, bson.D{})
	if err != nil {
		tb.Fatal(err)
	}
	var all []struct{ Command bson.Raw }
	if err := cursor.All(ctx, &all); err != nil {
		tb.Fatal(err)
	}
	if err := d.Collection("system.profile").Drop(ctx); err != nil {
		tb.Fatal(err)
	}
	for _, op := range all {
		first := op.Command.Index(0)
		collection, is := first.Value().StringValueOK()
		if first.Key() == "getMore" {
			collection, is = op.Command.Lookup("collection").StringValueOK()
		}
		if is {
			asked = append(asked, strings.Join([]string{first.Key(), collection}, " "))
		}
	}
	return asked
}
