package customer

import (
	"bytes"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/customer"
	"orders/test/mongotest"
)

// damages are fields that no row of ann has.
var damages = []bson.M{
	{"createdAt": "today"}, {"createdAt": nil}, {"createdAt": primitive.Timestamp{T: 1}},
	{"createdAt": time.Date(12_000, 1, 1, 0, 0, 0, 0, time.UTC)}, {"createdAt": bson.A{}},
	{"open": "yes"}, {"open": nil}, {"open": 1}, {"currency": 840}, {"currency": nil},
	{"currency": ""}, {"currency": "dollars"}, {"currency": bson.A{"USD"}},
	{"currency": "ZZZ"}, {"currency": "usd"}, {"currency": "\xff\xff\xff"},
	{"spent": "much"}, {"spent": nil}, {"spent": 0.5}, {"spent": math.NaN()},
	{"spent": math.Inf(1)}, {"spent": bson.M{"minor": 1}}, {"refunded": "little"},
	{"spent": int64(-1)}, {"refunded": -5.0},
	{"refunded": primitive.NewDecimal128(1, 1)}, {"refunded": bson.A{1}},
	{"userId": bson.A{"ann"}}, {"_id": primitive.NewObjectID()}, {"_id": 7}, {"_id": nil},
	{"_id": bson.M{"a": 1}}, {"version": "one"}, {"version": math.NaN()},
}

// A row that cannot be read is left out of a summary, the log names one, and one of each currency
// that is unknown, and a repair puts all right.
func TestASummaryLeavesOutWhatCannotBeRead(t *testing.T) {
	uri, log := mongotest.URI(t), &bytes.Buffer{}
	d := migrated(t, uri)
	d.LogTo(slog.New(slog.NewTextHandler(log, nil)))
	p := NewPurchases(d)
	rows := mongotest.Database(t, uri).Collection("customer_orders")
	plant(t, rows)
	const versions = 2 // A version is none of a summary's business.
	want := fmt.Sprintf("{%d %d [{%d {7 USD} {1 USD}}] {%s", 1+versions, versions, 1+versions,
		newest)
	s, err := p.Summary(t.Context(), "ann")
	if got := fmt.Sprint(s); err != nil || !strings.HasPrefix(got, want) {
		t.Errorf("the summary is %s, %v; want %s", got, err, want)
	}
	_, err = p.Summary(t.Context(), "ann")
	const unknown = 3
	if err != nil || strings.Count(log.String(), "\n") != 1+unknown {
		t.Errorf("%v, the log says %s", err, log)
	}
	repairAll(t, p)
	s, err = p.Summary(t.Context(), "ann")
	if err != nil || s.Orders != 0 {
		t.Errorf("after the repair: %+v, %v", s, err)
	}
	if n, err := rows.CountDocuments(t.Context(), bson.M{}); n != 0 || err != nil {
		t.Errorf("%d rows are left, %v", n, err)
	}
}

// plant stores damaged rows and a sound one.
func plant(t *testing.T, rows *driver.Collection) {
	t.Helper()
	for n, damage := range damages {
		r := row("ann", 1)
		r.CreatedAt = time.UnixMilli(int64(n)).UTC()
		stored := bson.M{
			"_id": r.OrderID, "version": 1, "userId": "ann", "createdAt": r.CreatedAt,
			"open": true, "currency": "USD", "spent": 1, "refunded": int64(0),
		}
		for field, value := range damage {
			stored[field] = value
		}
		if _, err := rows.InsertOne(t.Context(), stored); err != nil {
			t.Fatalf("%v: %v", damage, err)
		}
	}
	whole := bson.M{
		"_id": newest, "version": 1.0, "userId": "ann", "createdAt": time.UnixMilli(1_000),
		"open": false, "currency": "USD", "spent": 5.0, "refunded": 1,
	}
	if _, err := rows.InsertOne(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
}

const newest = order.ID("ord_aaaaaaaaaaaaaaaaaaaaaaaaaa")

// repairAll takes away all there is, as if no order were known.
func repairAll(t *testing.T, v ports.Views[customer.Row]) {
	t.Helper()
	stored, err := v.Stored(t.Context(), ports.Range{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stored {
		if err := v.Repair(t.Context(), s.ID, s.Version, nil); err != nil {
			t.Errorf("%s at version %d: %v", s.ID, s.Version, err)
		}
	}
	if err := v.Strays(t.Context(), func(s ports.Stray) error {
		_, err := s.Remove(t.Context())
		return err
	}); err != nil {
		t.Error(err)
	}
}
