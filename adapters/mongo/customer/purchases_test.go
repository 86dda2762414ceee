package customer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/migrate"
	"orders/domain/order"
	"orders/ports/customer"
	"orders/test/contract"
	"orders/test/mongotest"
)

func TestLaws(t *testing.T) {
	t.Parallel()
	contract.ReadModelOfCustomers(t, func(t *testing.T) contract.CustomerRows {
		uri := mongotest.URI(t)
		migrated(t, uri)
		return subject(t, uri)
	}, func(t *testing.T, run func(*testing.T)) {
		t.Parallel() // Laws about generations wait a lot.
		run(t)
	})
}

// subject is a handle on the read model of a database, with a client and a cache of its own.
func subject(t *testing.T, uri string) contract.CustomerRows {
	t.Helper()
	d, err := client.Connect(t.Context(), uri)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	p := NewPurchases(d)
	return contract.CustomerRows{
		ReadModel: p.Model(), Readers: p,
		Again: func() contract.CustomerRows { return subject(t, uri) },
	}
}

func migrated(t *testing.T, uri string) *client.Database {
	t.Helper()
	d, err := client.Connect(t.Context(), uri)
	if err == nil {
		t.Cleanup(func() { _ = d.Close(context.Background()) })
		err = migrate.New(d, Set).Up(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// row makes the first version of an order of its own.
func row(user string, spent int64) customer.Row {
	return customer.Row{
		OrderID: order.MakeID([]byte(rand.Text())), Version: 1,
		Purchase: customer.Purchase{
			UserID: user, Open: true,
			Spent:    order.Money{Minor: spent, Currency: "USD"},
			Refunded: order.Money{Currency: "USD"},
		},
	}
}

// A double holds 53 bits and a long 63; sums are exact beyond either.
func TestSumsAreExact(t *testing.T) {
	p := NewPurchases(migrated(t, mongotest.URI(t)))
	for user, sum := range map[string]struct {
		amounts []int64
		want    string
	}{
		"more than a double": {[]int64{1<<53 + 1, 1<<53 + 1, 1}, "18014398509481987"},
		"all of a long":      {[]int64{math.MaxInt64 - 2, 1, 1}, "9223372036854775807"},
		"more than a long":   {[]int64{math.MaxInt64, 1}, "9223372036854775808"},
		"more than 64 bits": {
			[]int64{math.MaxInt64, math.MaxInt64, math.MaxInt64}, "27670116110564327421",
		},
	} {
		for _, n := range sum.amounts {
			if errs := p.Save(t.Context(), []customer.Row{row(user, n)}); errs != nil {
				t.Fatal(errs)
			}
		}
		s, err := p.Summary(t.Context(), user)
		if err != nil || len(s.Totals) != 1 || s.Totals[0].Spent.Minor.String() != sum.want {
			t.Errorf("%s: %+v, %v; want %s", user, s, err, sum.want)
		}
	}
}

// The index leads to the rows of the user, and no others are looked at.
func TestASummaryIsServedByAnIndex(t *testing.T) {
	uri := mongotest.URI(t)
	p := NewPurchases(migrated(t, uri))
	var rows []customer.Row
	for n := range 1000 {
		rows = append(rows, row(fmt.Sprint("user ", n%10), 1))
	}
	if err := errors.Join(p.Save(t.Context(), rows)...); err != nil {
		t.Fatal(err)
	}
	database := mongotest.Database(t, uri)
	err := database.RunCommand(t.Context(), bson.D{{Key: "profile", Value: 2}}).Err()
	if err != nil {
		t.Fatal(err)
	}
	if s, err := p.Summary(t.Context(), "user 3"); err != nil || s.Orders != 100 {
		t.Errorf("%+v, %v", s, err)
	}
	var seen struct {
		PlanSummary  string
		DocsExamined int
	}
	err = database.Collection("system.profile").FindOne(t.Context(),
		bson.M{"command.aggregate": "customer_orders"}).Decode(&seen)
	if err != nil || seen.PlanSummary != "IXSCAN { userId: 1 }" || seen.DocsExamined != 100 {
		t.Errorf("%+v, %v; want the user's 100 rows, found by an index", seen, err)
	}
}

// The newest counts, whatever its ID, its currency, and when it was saved; the ID decides between
// equal times.
func TestTheLastOrderIsTheNewest(t *testing.T) {
	p := NewPurchases(migrated(t, mongotest.URI(t)))
	const low, high = order.ID("a"), order.ID("b")
	old := time.UnixMilli(1_700_000_000_000).UTC()
	for n, tt := range []struct {
		lowAt, highAt time.Time
		want          order.ID
	}{
		{old.Add(time.Millisecond), old, low},
		{old, old.Add(time.Millisecond), high},
		{old, old, high},
	} {
		for m, currencies := range [][2]order.Currency{
			{"USD", "USD"}, {"USD", "EUR"}, {"EUR", "USD"},
		} {
			user := fmt.Sprint("user ", n, m)
			one, two := row(user, 1), row(user, 1)
			// Of each user's own: the ID is the row's key.
			one.OrderID, one.CreatedAt = low+order.ID(user), tt.lowAt
			two.OrderID, two.CreatedAt = high+order.ID(user), tt.highAt
			one.Purchase.Spent.Currency, two.Purchase.Spent.Currency = currencies[0], currencies[1]
			if errs := p.Save(t.Context(), []customer.Row{two, one}); errs != nil {
				t.Fatal(errs)
			}
			want := tt.want + order.ID(user)
			if s, err := p.Summary(t.Context(), user); err != nil || s.Last.OrderID != want {
				t.Errorf("%v %v: %+v, %v; want %s", tt, currencies, s.Last, err, want)
			}
		}
	}
}
