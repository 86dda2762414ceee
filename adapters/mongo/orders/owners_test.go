package orders_test

import (
	"maps"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// Whose many orders are is asked once, also if a view is damaged.
func TestWhoseManyOrdersAreIsAskedOnce(t *testing.T) {
	uri := mongotest.URI(t)
	v := fixture.ViewsAt(t, uri)
	var views []ports.OrderView
	var ids []order.ID
	want := map[order.ID]string{}
	for n := range ports.OwnersMax {
		view := fixture.View(fixture.NewID(), 1, []string{"ann", "bob"}[n%2])
		views, ids = append(views, view), append(ids, view.ID)
		want[view.ID] = view.Order.UserID
	}
	if errs := v.Save(t.Context(), views); errs != nil {
		t.Fatal(errs)
	}
	damage := bson.D{{Key: "$set", Value: bson.D{{Key: "userId", Value: 3}}}}
	kept := mongotest.Database(t, uri).Collection(orders.ViewsName)
	if _, err := kept.UpdateByID(t.Context(), ids[0], damage); err != nil {
		t.Fatal(err)
	}
	delete(want, ids[0])
	asked := mongotest.Asked(t, uri, func() {
		got, err := v.Owners(t.Context(), ids)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%d owners of %d, %v", len(got), len(want), err)
		}
	})
	if !slices.Equal(asked, []string{"find " + orders.ViewsName}) {
		t.Errorf("it asks for %q", asked)
	}
}
