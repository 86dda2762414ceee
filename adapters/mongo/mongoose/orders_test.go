package mongoose_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/mongoose"
	"orders/ports"
	"orders/test/mongotest"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 5e6, time.UTC)

// stored is an order as Mongoose stores it.
func stored() bson.M {
	return bson.M{
		"orderId": "ord_V1StGXR8_Z", "userId": "ann", "status": "CREATED",
		"items":       bson.A{bson.M{"sku": "mouse", "qty": int32(2), "price": 5.99}},
		"totalAmount": 11.98, "createdAt": at, "updatedAt": at, "__v": int32(0),
	}
}

func read(t *testing.T, uri string) (all []ports.OriginalOrder) {
	t.Helper()
	from, err := mongoose.Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close(t.Context())
	err = from.Orders(t.Context(), func(o ports.OriginalOrder) error {
		all = append(all, o)
		return nil
	})
	if n, sized := from.Size(t.Context()); err != nil || sized != nil || n != len(all) {
		t.Fatalf("there are %d of %d, %v, %v", len(all), n, err, sized)
	}
	return all
}

func put(t *testing.T, uri, collection string, docs ...any) {
	t.Helper()
	if _, err := mongotest.Database(t, uri).Collection(collection).
		InsertMany(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

func decimal(text string) primitive.Decimal128 {
	d, err := primitive.ParseDecimal128(text)
	if err != nil {
		panic(err)
	}
	return d
}

// Every form that a number may have is read, and a double is the shortest decimal that gives it.
func TestNumbers(t *testing.T) {
	uri, tenth := mongotest.URI(t), 0.1
	numbers := []struct {
		stored any
		want   string // Empty for a fault.
	}{
		{5.99, "599e-2"}, {tenth + 2*tenth, "30000000000000004e-17"}, {1e21, "1e21"},
		{-0.5, "-5e-1"},
		{math.Copysign(0, -1), "0"}, {int32(7), "7"},
		{int64(1 << 60), "1152921504606846976"},
		{decimal("10.990"), "1099e-2"}, {decimal("1E+2"), "1e2"}, {decimal("-0"), "0"},
		{math.NaN(), ""}, {math.Inf(1), ""}, {decimal("NaN"), ""}, {decimal("-Infinity"), ""},
		{"5.99", ""}, {nil, ""}, {true, ""}, {bson.A{1}, ""}, {at, ""},
	}
	var docs []any
	for n, each := range numbers {
		d := stored()
		d["_id"], d["totalAmount"] = n, each.stored
		docs = append(docs, d)
	}
	put(t, uri, "orderwrites", docs...)
	for n, o := range read(t, uri) {
		want := numbers[n]
		switch {
		case want.want == "" && (len(o.Faults) != 1 || o.Faults[0].Field != "totalAmount"):
			t.Errorf("%v has the faults %v", want.stored, o.Faults)
		case want.want != "" && (o.Total.String() != want.want || len(o.Faults) > 0):
			t.Errorf("%v is %s, with %v", want.stored, o.Total, o.Faults)
		}
	}
}

func TestFaultsNameTheField(t *testing.T) {
	uri := mongotest.URI(t)
	put(t, uri, "order_writes",
		bson.M{"_id": 1},
		bson.M{"_id": 2, "orderId": 7, "userId": nil, "status": "CREATED", "idemKey": 8,
			"items": bson.A{7, bson.M{"sku": "s", "qty": "2", "price": 1.5}}, "totalAmount": 1,
			"createdAt": "2026-03-01", "updatedAt": at.Unix()})
	var got []string
	for _, o := range read(t, uri) {
		for _, f := range o.Faults {
			got = append(got, fmt.Sprintf("%s %s %s", o.Document, f.Field, f.Value))
		}
	}
	want := []string{
		"1 orderId missing", "1 userId missing", "1 status missing", "1 items missing",
		"1 totalAmount missing", "1 createdAt missing", "1 updatedAt missing",
		"2 orderId", "2 userId null", "2 idemKey", "2 items.0", "2 items.1.qty \"2\"",
		"2 createdAt \"2026-03-01\"", "2 updatedAt",
	}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("faults are\n%s", strings.Join(got, "\n"))
	}
}

func TestKeysThatAreNone(t *testing.T) {
	uri := mongotest.URI(t)
	var docs []any
	for n, key := range []any{nil, "", "k", primitive.Undefined{}} {
		d := stored()
		d["_id"], d["idemKey"] = n, key
		docs = append(docs, d)
	}
	put(t, uri, "orderwrites", docs...)
	for n, o := range read(t, uri) {
		if want := []string{"", "", "k", ""}[n]; o.Key != want || len(o.Faults) > 0 {
			t.Errorf("key %d is %q, with %v", n, o.Key, o.Faults)
		}
	}
}

// The collection may have either name, and one of ours is none.
func TestItsCollectionIsFound(t *testing.T) {
	ours := bson.M{"_id": "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa/000001", "commitId": "A",
		"events": bson.A{}}
	theirs := func(names ...string) map[string]bson.M {
		all := map[string]bson.M{}
		for _, name := range names {
			all[name] = stored()
		}
		return all
	}
	beside := theirs("orderwrites")
	beside["order_writes"] = ours
	alone, none := map[string]bson.M{"order_writes": ours}, "no orders of the original"
	for name, tt := range map[string]struct {
		in   map[string]bson.M
		says string // Of the error, if there is one.
	}{
		"as Mongoose calls it":   {theirs("orderwrites"), ""},
		"as the README calls it": {theirs("order_writes"), ""},
		"beside ours":            {beside, ""},
		"ours alone":             {alone, none},
		"nothing":                {nil, none},
		"two":                    {theirs("orderwrites", "order_writes"), "rename"},
	} {
		t.Run(name, func(t *testing.T) {
			uri := mongotest.URI(t)
			for collection, d := range tt.in {
				put(t, uri, collection, d)
			}
			from, err := mongoose.Open(t.Context(), uri)
			if err == nil {
				defer from.Close(t.Context())
			}
			if (err == nil) != (tt.says == "") || err != nil && !fixture.Says(err, tt.says) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// An error says what is wrong, and not who may log in.
func TestTheLoginIsNotTold(t *testing.T) {
	for _, uri := range []string{
		"mongodb://zoe:secret@127.0.0.1:1/shop?serverSelectionTimeoutMS=100",
		"mongodb://zoe:sec/ret@127.0.0.1/shop", "http://zoe:secret@127.0.0.1",
	} {
		_, err := mongoose.Open(t.Context(), uri)
		if err == nil || fixture.Says(err, "sec") || fixture.Says(err, "zoe") {
			t.Errorf("error %v", err)
		}
	}
}

// A database that stops to answer for a while is asked for the rest: no order is missing or comes
// twice, whatever types the keys have.
func TestAnOutageIsOutlasted(t *testing.T) {
	uri := mongotest.BreakableURI(t)
	keys := []any{}
	for n := range 450 {
		keys = append(keys, n)
	}
	for n := range 450 {
		keys = append(keys, fmt.Sprintf("k%03d", n), primitive.NewObjectID())
	}
	var docs []any
	for _, key := range keys {
		d := stored()
		d["_id"], d["orderId"] = key, fmt.Sprint(key)
		docs = append(docs, d)
	}
	put(t, uri, "orderwrites", docs...)
	from, err := mongoose.Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close(t.Context())
	seen := map[string]bool{}
	err = from.Orders(t.Context(), func(o ports.OriginalOrder) error {
		if seen[o.OrderID] {
			t.Errorf("%s comes twice", o.OrderID)
		}
		if seen[o.OrderID] = true; len(seen)%300 == 50 {
			mongotest.FailCommand(t, uri, 1, bson.M{
				"failCommands": bson.A{"getMore"}, "closeConnection": true,
			})
		}
		return nil
	})
	if err != nil || len(seen) != len(docs) {
		t.Errorf("%d of %d orders come, %v", len(seen), len(docs), err)
	}
}

// An error of whoever takes the orders ends the reading, also one that says that a store is away.
func TestARefusalEndsIt(t *testing.T) {
	uri := mongotest.URI(t)
	put(t, uri, "orderwrites", stored())
	from, err := mongoose.Open(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close(t.Context())
	calls := 0
	err = from.Orders(t.Context(), func(ports.OriginalOrder) error {
		calls++
		return ports.ErrUnavailable
	})
	if !errors.Is(err, ports.ErrUnavailable) || calls != 1 {
		t.Errorf("error %v after %d calls", err, calls)
	}
}
