package orders_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/adapters/mongo/internal/fixture"
	"orders/adapters/mongo/orders"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

// Every list has all that can be read, on every page as much as was asked for, and the log names
// what cannot, once.
func TestListsLeaveOutWhatCannotBeRead(t *testing.T) {
	s := damage(t)
	s.intrude(t)
	for _, f := range []ports.Filter{
		{}, {UserID: "ann"}, {Statuses: order.Statuses}, {SKU: "mouse"},
		{CreatedFrom: fixture.Start.Add(-time.Hour)}, {CreatedTo: fixture.Start.Add(time.Hour)},
		{UpdatedFrom: fixture.Start.Add(-time.Hour)}, {UpdatedTo: fixture.Start.Add(time.Hour)},
	} {
		for _, by := range []ports.Sort{{}, {ByUpdate: true}} { // They changed as they were made.
			for _, limit := range []int{1, 2, 5, 100} {
				got := s.pages(t, f, ports.Page{Sort: by, Limit: limit})
				if !reflect.DeepEqual(got, s.sound) {
					t.Errorf("%+v by %+v, %d a page: %d orders, want %d",
						f, by, limit, len(got), len(s.sound))
				}
			}
		}
	}
	for _, key := range []string{`ObjectId(`, `kept`, string(s.right["no lines"].ID),
		string(s.right["a time that is null"].ID), string(s.right["a timestamp"].ID),
		string(s.right["another time"].ID)} {
		if n := strings.Count(s.log.String(), key); n != 1 {
			t.Errorf("the log names %s %d times: %s", key, n, s.log)
		}
	}
}

// pages reads a list to its end, and sees that no page but the last is short.
func (s *damaged) pages(t *testing.T, f ports.Filter, page ports.Page) (all []ports.OrderView) {
	t.Helper()
	for {
		got, err := contract.List(t.Context(), s.Readers, f, page)
		if err != nil {
			t.Fatalf("%+v: %v", f, err)
		}
		if all = append(all, got...); len(got) < page.Limit {
			return all
		}
		page.After = page.Sort.Place(got[len(got)-1])
	}
}

// A list by the last change does not come across what changed at no time; the log names it.
func TestTheLogNamesWhatChangedAtNoTime(t *testing.T) {
	s := damage(t)
	byUpdate := ports.Page{Sort: ports.Sort{ByUpdate: true}, Limit: 100}
	if got := s.pages(t, ports.Filter{}, byUpdate); !reflect.DeepEqual(got, s.sound) {
		t.Errorf("%d orders, want %d", len(got), len(s.sound))
	}
	if id := string(s.right["another time"].ID); !strings.Contains(s.log.String(), id) {
		t.Errorf("the log does not name %s: %s", id, s.log)
	}
}

// One order that cannot be read is told as that, and the others are read beside it.
func TestAnOrderThatCannotBeReadIsToldSo(t *testing.T) {
	s := damage(t)
	for name, right := range s.right {
		if _, err := s.Readers.Order(t.Context(), right.ID); !errors.Is(err, ports.ErrUnreadable) {
			t.Errorf("%s: %v, want ErrUnreadable", name, err)
		}
	}
}

// The next version of an order heals its view, and so does the same one, if what is there is at
// no version at all.
func TestSavingHealsWhatCannotBeRead(t *testing.T) {
	s := damage(t)
	for name, right := range s.right {
		right.Version++
		if strings.Contains(name, "version") || name == "no number" {
			right.Version = 1 // Nothing is older than what has none.
		}
		if name == "a version that is a half" || name == "a decimal version" {
			right.Version = 3 // These are some.
		}
		fixture.SaveAll(t, s.Views, []ports.OrderView{right})
		got, err := s.Readers.Order(t.Context(), right.ID)
		if err != nil || !reflect.DeepEqual(got, right) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Each is at the version that a repair has to name, and the repair puts it right, whatever it is.
func TestWhatCannotBeReadIsRepaired(t *testing.T) {
	s := damage(t)
	stored, err := s.Views.Stored(t.Context(), ports.Range{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	at := map[order.ID]ports.Stored[ports.OrderView]{}
	for _, is := range stored {
		at[is.ID] = is
	}
	for name, right := range s.right {
		is := at[right.ID]
		if len(is.Differences(right)) == 0 {
			t.Errorf("%s: it has no differences", name)
		}
		err := s.Views.Repair(t.Context(), right.ID, is.Version, &right)
		got, failed := s.Readers.Order(t.Context(), right.ID)
		if err = errors.Join(err, failed); err != nil || !reflect.DeepEqual(got, right) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// Documents whose keys are no text are told and taken away, and nothing else is; they are found
// by an index.
func TestStraysAreFoundAndTakenAway(t *testing.T) {
	s := damage(t)
	s.intrude(t)
	texts, err := s.Views.Stored(t.Context(), ports.Range{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	left := len(strangers) - 5 // Five are text.
	profiled := fixture.Profile{Database: s.there.Database()}
	fixture.Run(t, profiled.Database, bson.D{{Key: "profile", Value: 2}})
	for round, want := range []struct {
		remove bool
		found  int
	}{{false, left}, {true, left}, {false, 0}} {
		keys := map[string]bool{}
		err := s.Views.Strays(t.Context(), func(x ports.Stray) (err error) {
			if keys[x.Key] = true; want.remove {
				keys[x.Key], err = x.Remove(t.Context())
			}
			return err
		})
		if err != nil || len(keys) != want.found {
			t.Errorf("round %d: %d strays, %v: %v", round, len(keys), err, keys)
		}
		for key, right := range keys {
			if !right || key == "" {
				t.Errorf("round %d: stray %q", round, key)
			}
		}
	}
	for _, query := range profiled.Find(t, "query", "order_reads") {
		if keys, is := query["keysExamined"].(int32); !is || int(keys) > left+2 {
			t.Errorf("%v keys were looked at for %d strays: %v", keys, left, query["planSummary"])
		}
	}
	after, err := s.Views.Stored(t.Context(), ports.Range{Limit: 1000})
	if err != nil || len(after) != len(texts) {
		t.Errorf("%d views are left, %v; want %d", len(after), err, len(texts))
	}
}

// Thousands of documents that are none of ours do not end a list early.
func TestManyStrangersEndNoList(t *testing.T) {
	s := damage(t)
	all := make([]any, 3_000)
	for n := range all {
		all[n] = bson.M{"createdAt": fixture.Start.Add(-time.Duration(n) * 20 * time.Millisecond)}
	}
	_, err := s.there.InsertMany(t.Context(), all, options.InsertMany().SetOrdered(false))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.pages(t, ports.Filter{}, ports.Page{Limit: 3}); !reflect.DeepEqual(got, s.sound) {
		t.Errorf("%d orders, want %d", len(got), len(s.sound))
	}
	if lines := strings.Count(s.log.String(), "\n"); lines > 200 {
		t.Errorf("the log has %d lines", lines)
	}
}

// Strays in a read model that was ours are a verification's business, not a start's.
func TestStraysEndNoLaterStart(t *testing.T) {
	uri := mongotest.URI(t)
	d := fixture.Migrated(t, uri, orders.Set)
	reads := mongotest.Database(t, uri).Collection("order_reads")
	if _, err := reads.InsertOne(t.Context(), bson.M{"createdAt": fixture.Start}); err != nil {
		t.Fatal(err)
	}
	if err := fixture.Prepare(t.Context(), d, orders.Set); err != nil {
		t.Error(err)
	}
}
