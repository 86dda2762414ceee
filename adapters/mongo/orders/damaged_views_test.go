package orders_test

import (
	"bytes"
	"log/slog"
	"math"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// damages are updates that make the view of an order unreadable.
var damages = map[string]bson.M{
	"a time that is text":       {"createdAt": "yesterday"},
	"a time that is a number":   {"createdAt": 1},
	"a time that is null":       {"createdAt": nil},
	"a timestamp":               {"createdAt": primitive.Timestamp{T: 1}},
	"a time that is greatest":   {"createdAt": primitive.MaxKey{}},
	"a time before its epoch":   {"createdAt": time.UnixMilli(-1)},
	"a time far away":           {"createdAt": time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC)},
	"another time":              {"updatedAt": "today"},
	"a version that is text":    {"version": "two"},
	"a version that is null":    {"version": nil},
	"a negative version":        {"version": -2},
	"a version that is a half":  {"version": 2.5},
	"a huge version":            {"version": int64(1) << 60},
	"a double version":          {"version": 1e300},
	"no number":                 {"version": math.NaN()},
	"a version of many":         {"version": bson.A{2}},
	"a decimal version":         {"version": decimal("2")},
	"a user that is a number":   {"userId": 7},
	"a user that is a list":     {"userId": bson.A{"ann"}},
	"a user that is not UTF-8":  {"userId": "ann\xff"},
	"no user":                   {"userId": ""},
	"an unknown status":         {"status": "EATEN"},
	"no status":                 {"status": nil},
	"no lines":                  {"lines": bson.A{}},
	"lines that are text":       {"lines": "many"},
	"a line that is text":       {"lines.0": "mouse"},
	"a quantity that is text":   {"lines.0.quantity": "2"},
	"no quantity":               {"lines.0.quantity": 0},
	"a price that is a number":  {"lines.0.price": 5.99},
	"an amount that is text":    {"lines.0.price": "599"},
	"a negative amount":         {"lines.0.price": -1},
	"a currency of a number":    {"currency": 840},
	"no currency":               {"currency": nil},
	"an unknown currency":       {"currency": "ZZZ"},
	"an amount of before":       {"lines.0.price": bson.M{"minor": 0.5, "currency": "USD"}},
	"a currency of before":      {"lines.0.price": bson.M{"minor": 599, "currency": "ZZZ"}},
	"a product that is no text": {"lines.0.sku": primitive.NewObjectID()},
	"payments that are text":    {"payments": "none"},
	"a payment that is not":     {"payments": bson.A{nil}},
	"a negative capture":        {"payments": captured(int64(-1))},
	"a capture that is too big": {"payments": captured(int64(order.MinorMax + 1))},
	"another capture":           {"payments": captured(bson.M{"minor": 1, "currency": "EUR"})},
	"a capture deep inside":     {"payments": bson.A{bson.M{"captures": bson.A{bson.M{"id": 1}}}}},
	"a shipment of text":        {"shipments": bson.A{bson.M{"items": "all"}}},
	"a cancellation of text":    {"cancellation": "yes"},
}

func captured(amount any) bson.A {
	return bson.A{bson.M{"id": "p", "captures": bson.A{bson.M{"id": "c", "amount": amount}}}}
}

func decimal(text string) primitive.Decimal128 {
	d, err := primitive.ParseDecimal128(text)
	if err != nil {
		panic(err)
	}
	return d
}

// strangers are keys that no order has, in every type that MongoDB allows.
var strangers = []any{
	primitive.NewObjectID(), 42, int64(1) << 40, 1.5, math.NaN(), decimal("1"), true, nil,
	bson.D{{Key: "a", Value: 1}}, bson.D{}, time.UnixMilli(7), primitive.Timestamp{T: 7},
	primitive.Binary{Subtype: 4, Data: make([]byte, 16)}, primitive.MinKey{}, primitive.MaxKey{},
	"", "kept", "ord_short", "ord_\xff", "\xff\xfe", primitive.JavaScript("f"),
}

// damaged is a read model of sound orders, with those that are unreadable before, between and
// after them, all of one user; and what its log says.
type damaged struct {
	contract.OrderModel
	there *driver.Collection
	log   *bytes.Buffer
	sound []ports.OrderView          // The newest first.
	right map[string]ports.OrderView // The views that were damaged, by what was done.
}

func damage(t *testing.T) *damaged {
	t.Helper()
	uri, log := mongotest.URI(t), &bytes.Buffer{}
	d := fixture.Migrated(t, uri, orders.Set)
	d.LogTo(slog.New(slog.NewTextHandler(log, nil)))
	v := orders.New(d)
	t.Cleanup(v.Close)
	s := &damaged{
		OrderModel: contract.OrderModel{ReadModel: v.Model(), Readers: v},
		there:      mongotest.Database(t, uri).Collection("order_reads"), log: log,
		right: map[string]ports.OrderView{},
	}
	n := 0
	next := func() ports.OrderView {
		n++
		made := fixture.View(fixture.NewID(), 2, "ann")
		made.CreatedAt = fixture.Start.Add(-time.Duration(n) * time.Second)
		made.UpdatedAt = made.CreatedAt
		fixture.SaveAll(t, s.Views, []ports.OrderView{made})
		return made
	}
	for name, fields := range damages {
		s.right[name] = next()
		_, err := s.there.UpdateByID(t.Context(), s.right[name].ID, bson.M{"$set": fields})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n%3 == 0 {
			s.sound = append(s.sound, next())
		}
	}
	s.sound = append(s.sound, next())
	return s
}

// intrude adds documents under keys that no order has, between the others.
func (s *damaged) intrude(t *testing.T) {
	t.Helper()
	for n, key := range strangers {
		var whole bson.D
		err := s.there.FindOne(t.Context(), bson.M{"_id": s.sound[0].ID}).Decode(&whole)
		for i, e := range whole {
			switch e.Key {
			case "_id":
				whole[i].Value = key
			case "createdAt":
				at := fixture.Start.Add(-time.Duration(n) * 1700 * time.Millisecond)
				if n%2 == 0 {
					at = s.sound[n%len(s.sound)].CreatedAt
				}
				whole[i].Value = at
			}
		}
		if _, failed := s.there.InsertOne(t.Context(), whole); failed != nil || err != nil {
			t.Fatalf("%v: %v, %v", key, err, failed)
		}
	}
}
