package mongo_test

import (
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/audit"
	"orders/adapters/mongo/client"
	"orders/adapters/mongo/imported"
	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/presence"
	"orders/adapters/mongo/subscription"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// attend stores who is at work after an import, and an imported key.
func attend(t *testing.T, d *client.Database) {
	t.Helper()
	in := presence.New(d)
	for _, e := range []ports.Entrant{{Name: "ivy", Imports: true}, {Name: "ann"}} {
		left := in.Leave(t.Context(), "ivy")
		entered, err := in.Enter(t.Context(), e, time.Minute)
		if left != nil || err != nil || !entered {
			t.Fatal(entered, left, err)
		}
	}
	err := imported.New(d).Add(t.Context(), ports.ImportedKey{
		Key: "k", OrderID: fixture.NewID(), UserID: "ann", Request: "hash",
	})
	if err != nil {
		t.Fatal(err)
	}
}

// subscribe stores all that there is of a subscription.
func subscribe(t *testing.T, d *client.Database) {
	t.Helper()
	s, err := subscription.NewSubscriptions(d).Open("test")
	if err == nil {
		err = errors.Join(s.Checkpoint.Advance(t.Context(), "", "p"),
			s.Failures.Record(t.Context(), ports.Failure{Reason: "why", Since: fixture.Start}))
	}
	if err != nil {
		t.Fatal(err)
	}
	leadAndPark(t, s.Lease, s.Parked)
}

// recorded are the documents of a command of an operator that failed.
func recorded(t *testing.T, uri string) (all []bson.Raw) {
	t.Helper()
	a, err := audit.Open(t.Context(), fixture.Connect(t, uri))
	if err != nil {
		t.Fatal(err)
	}
	act := ports.Act{ID: "one", Began: fixture.Start, Actor: "me", Command: "migrate up",
		Args: []string{"x"}, Version: "dev"}
	err = errors.Join(a.Begin(t.Context(), act),
		a.End(t.Context(), act, ports.Outcome{At: fixture.Start, Error: "it broke"}))
	if err != nil {
		t.Fatal(err)
	}
	cursor, err := mongotest.Database(t, uri).Collection(audit.Collection).
		Find(t.Context(), bson.M{})
	if err == nil {
		err = cursor.All(t.Context(), &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// saveSmallest stores a commit and a view with no more than they must have.
func saveSmallest(t *testing.T, uri string, m contract.OrderModel) {
	t.Helper()
	fixture.SaveAll(t, m.Views, []ports.OrderView{fixture.View(fixture.NewID(), 1, "ann")})
	fixture.Create(t, fixture.MigratedStore(t, uri, journal.GroupCommit{}), "")
}

func leadAndPark(t *testing.T, lease ports.Lease, parked ports.Parked) {
	t.Helper()
	_, err := lease.Hold(t.Context(), "me", time.Minute)
	if err == nil {
		err = parked.Park(t.Context(), []ports.ParkedOrder{
			{ID: fixture.NewID(), Version: 1, Reason: "a test", Since: fixture.Start},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// rebuilt is the state of a read model at each step of a rebuild.
func rebuilt(t *testing.T, m contract.OrderModel, state func() bson.Raw) (all []bson.Raw) {
	t.Helper()
	_, err := m.Checkpoint.Load(t.Context())
	views := []ports.OrderView{fixture.View(fixture.NewID(), 1, "ann")}
	errs := append(m.Provisional.Save(t.Context(), views), err)
	if err := errors.Join(append(errs, m.Provisional.MakeDurable(t.Context()))...); err != nil {
		t.Fatal(err)
	}
	all = append(all, state())
	g := fixture.OpenGeneration(t, m.Generations.Begin)
	all = append(all, state())
	filling := ports.Filling{Commits: 1, Size: 2}
	if err := m.Generations.Renew(t.Context(), g.Number, filling); err != nil {
		t.Fatal(err)
	}
	all = append(all, state())
	fixture.SwitchTo(t, m, g.Number)
	all = append(all, state())
	fixture.Eventually(t, func() error {
		_, err := m.Checkpoint.Load(t.Context())
		if err == nil && state().Lookup("previous").Type == 0 {
			err = errors.New("the old generation is still fed")
		}
		return err
	})
	return append(all, state())
}
