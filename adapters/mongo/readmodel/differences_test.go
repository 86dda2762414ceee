package readmodel_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/contract"
)

// tampered are changes to what is stored of that view, and what they are to be found as.
var tampered = map[string]struct {
	update bson.M
	want   []ports.Difference
}{
	"nothing": {bson.M{"$set": bson.M{"userId": "ann"}}, nil},
	"a wider number": {
		bson.M{"$set": bson.M{"lines.0.quantity": int64(2), "total": int32(1198)}}, nil,
	},
	"what follows": {
		bson.M{"$set": bson.M{"paymentStatus": "PAID", "total": 1, "itemCount": 0}},
		[]ports.Difference{
			{Field: "paymentStatus", Is: "PAID", ShouldBe: "NONE"},
			{Field: "total", Is: "1", ShouldBe: "1198"},
			{Field: "itemCount", Is: "0", ShouldBe: "2"},
		},
	},
	"in an array": {
		bson.M{"$set": bson.M{"lines.0.price": 5, "lines.0.color": "red"}},
		[]ports.Difference{
			{Field: "lines.0.price", Is: "5", ShouldBe: "599"},
			{Field: "lines.0.color", Is: "red", ShouldBe: "-"},
		},
	},
	"one too many": {
		bson.M{"$push": bson.M{"lines": bson.M{"sku": "cat"}}},
		[]ports.Difference{{Field: "lines.1.sku", Is: "cat", ShouldBe: "-"}},
	},
	"missing": {
		bson.M{
			"$unset": bson.M{"cancellation": 1, "status": 1}, "$set": bson.M{"lines": bson.A{}},
		},
		[]ports.Difference{
			{Field: "lines.0.sku", Is: "-", ShouldBe: "mouse"},
			{Field: "lines.0.quantity", Is: "-", ShouldBe: "2"},
			{Field: "lines.0.price", Is: "-", ShouldBe: "599"},
			{Field: "status", Is: "-", ShouldBe: "CREATED"},
			{Field: "cancellation.reason", Is: "-", ShouldBe: "other"},
		},
	},
	"other types": {
		bson.M{"$set": bson.M{"itemCount": 2.0, "userId": nil, "total": "much",
			"createdAt": fixture.Start.Add(time.Millisecond)}},
		[]ports.Difference{
			{Field: "userId", Is: "null", ShouldBe: "ann"},
			{
				Field: "createdAt", Is: "2026-11-22T13:44:48.203Z",
				ShouldBe: "2026-11-22T13:44:48.202Z",
			},
			{Field: "total", Is: "much", ShouldBe: "1198"},
			{Field: "itemCount", Is: `{"$numberDouble":"2.0"}`, ShouldBe: "2"},
		},
	},
	"a surplus that is empty": {
		bson.M{"$set": bson.M{"note": bson.M{}, "tags": bson.A{}}},
		[]ports.Difference{
			{Field: "note", Is: "{}", ShouldBe: "-"}, {Field: "tags", Is: "[]", ShouldBe: "-"},
		},
	},
}

// Somebody changes what is stored. Each field is told, what follows from others included, and
// what no reader looks at; how many bytes a number takes is none of that.
func TestEachFieldIsCompared(t *testing.T) {
	s, there := fixture.FreshModel(t)
	right := fixture.View(fixture.NewID(), 2, "ann")
	right.Order.Cancellation.Reason = "other"
	reads := there.Collection("order_reads")
	for name, tt := range tampered {
		_, err := reads.DeleteMany(t.Context(), bson.M{})
		fixture.SaveAll(t, s.Views, []ports.OrderView{right})
		_, failed := reads.UpdateByID(t.Context(), right.ID, tt.update)
		got, missed := differencesIn(t, s, right)
		err = errors.Join(err, failed, missed)
		if err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, differences\n%+v, want\n%+v", name, err, got, tt.want)
		}
		err = s.Views.Repair(t.Context(), right.ID, 2, &right)
		got, missed = differencesIn(t, s, right)
		if err = errors.Join(err, missed); err != nil || got != nil {
			t.Errorf("%s: once repaired %v, differences %v", name, err, got)
		}
	}
}

func differencesIn(
	t *testing.T, s contract.OrderModel, right ports.OrderView,
) ([]ports.Difference, error) {
	stored, err := s.Views.Stored(t.Context(), ports.Range{Limit: 2})
	if err != nil || len(stored) != 1 {
		return nil, errors.Join(err, errors.New("it is not stored"))
	}
	return stored[0].Differences(right), nil
}

// A view without a version counts as none, and is repaired and taken away like that.
func TestAViewWithoutAVersionIsRepaired(t *testing.T) {
	s, there := fixture.FreshModel(t)
	right := fixture.View(fixture.NewID(), 2, "ann")
	reads := there.Collection("order_reads")
	for _, version := range []any{nil, "two", -1} {
		for _, to := range []*ports.OrderView{&right, nil} {
			_, err := reads.ReplaceOne(t.Context(), bson.M{"_id": right.ID},
				bson.M{"version": version}, options.Replace().SetUpsert(true))
			stored, failed := s.Views.Stored(t.Context(), ports.Range{Limit: 1})
			if err = errors.Join(err, failed); err != nil || stored[0].Version != 0 {
				t.Fatalf("%v: stored %v, %v", version, stored, err)
			}
			if err := s.Views.Repair(t.Context(), right.ID, 0, to); err != nil {
				t.Error(err)
			}
			if to != nil {
				fixture.WantVersion(t, s, right.ID, 2)
			}
		}
		fixture.WantVersion(t, s, right.ID, 0)
	}
}
