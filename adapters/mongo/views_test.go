package mongo_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/contract"
	"orders/test/mongotest"
)

func TestNoViewIsSaidToBeSavedThatIsNot(t *testing.T) {
	writes := bson.A{"insert", "update"}
	for name, how := range map[string]bson.M{
		"refused with a label that the driver takes for success": {
			"failCommands": writes, "errorCode": 8000, "errorLabels": bson.A{"NoWritesPerformed"},
		},
		"cut": {"failCommands": writes, "closeConnection": true},
		"not acknowledged by a majority": {
			"failCommands":      writes,
			"writeConcernError": bson.M{"code": 64, "errmsg": "waiting for replication timed out"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			uri, fail := fixture.Fragile(t)
			v := fixture.ViewsAt(t, uri)
			views := []ports.OrderView{
				fixture.View(fixture.NewID(), 1, "ann"), fixture.View(fixture.NewID(), 2, "ann"),
				fixture.View(fixture.NewID(), 1, "ann"),
			}
			heal := fail(0, how)
			errs := v.Save(t.Context(), views)
			for i := range views {
				if len(errs) != len(views) || !errors.Is(errs[i], ports.ErrUnavailable) {
					t.Fatalf("errors %v, want ErrUnavailable for each view", errs)
				}
			}
			heal()
			if errs := v.Save(t.Context(), views); errs != nil {
				t.Errorf("saved again: %v", errs)
			}
			for _, view := range views {
				got, err := v.Order(t.Context(), view.ID)
				if err != nil || got.Version != view.Version {
					t.Errorf("read version %d, %v", got.Version, err)
				}
			}
		})
	}
}

func TestAViewThatIsRefusedKeepsNoOtherBack(t *testing.T) {
	uri := mongotest.URI(t)
	v := fixture.ViewsAt(t, uri)
	fixture.Refuse(t, mongotest.Database(t, uri), "order_reads", bson.M{"userId": "mallory"})
	views := []ports.OrderView{
		fixture.View(fixture.NewID(), 1, "ann"), fixture.View(fixture.NewID(), 1, "mallory"),
		fixture.View(fixture.NewID(), 2, "mallory"), fixture.View(fixture.NewID(), 2, "ann"),
	}
	views[0].Order.Lines[0].SKU = string(make([]byte, 17<<20))
	errs := v.Save(t.Context(), views)
	if len(errs) != 4 || errs[3] != nil {
		t.Fatalf("errors %.200v", errs)
	}
	for _, err := range errs[:3] {
		if err == nil || errors.Is(err, ports.ErrUnavailable) {
			t.Errorf("error %v, want one that stays", err)
		}
	}
	if _, err := v.Order(t.Context(), views[3].ID); err != nil {
		t.Error(err)
	}
}

func TestManyViewsAreSavedInOneCall(t *testing.T) {
	v := fixture.OrderViews(t)
	var views []ports.OrderView
	for n := range 3000 {
		views = append(views, fixture.View(fixture.NewID(), 1+n%3, "ann"))
	}
	if errs := v.Save(t.Context(), views); errs != nil {
		t.Fatal(errors.Join(errs...))
	}
	got, err := contract.List(t.Context(), v, ports.Filter{}, ports.Page{Limit: 5000})
	if err != nil || len(got) != len(views) {
		t.Errorf("listed %d views, %v, want %d", len(got), err, len(views))
	}
}

func TestListsReadNoMoreThanTheyShow(t *testing.T) {
	uri := mongotest.URI(t)
	v := fixture.ViewsAt(t, uri)
	var views []ports.OrderView
	for n := range 1000 {
		views = append(views, fixture.View(fixture.NewID(), 1, fmt.Sprint("user ", n%2)))
	}
	if errs := v.Save(t.Context(), views); errs != nil {
		t.Fatal(errors.Join(errs...))
	}
	profile := fixture.Begin(t, uri)
	for _, f := range []ports.Filter{{}, {UserID: "user 1"}} {
		page := ports.Page{Limit: 50}
		if got, err := contract.List(t.Context(), v, f, page); err != nil || len(got) != 50 {
			t.Errorf("listed %d, %v", len(got), err)
		}
	}
	for _, query := range profile.Lists(t, "order_reads") {
		if query["docsExamined"] != int32(50) || query["hasSortStage"] == true {
			t.Errorf("a list examined %v documents, sorting: %v",
				query["docsExamined"], query["hasSortStage"])
		}
	}
}

func TestASaveDoesNotWaitForAFrozenServer(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t)
	v := fixture.ViewsAt(t, server.URI("orders"))
	server.Freeze()
	defer server.Thaw()
	begun := time.Now()
	errs := v.Save(t.Context(), []ports.OrderView{fixture.View(fixture.NewID(), 1, "ann")})
	if err := errors.Join(errs...); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v, want ErrUnavailable", err)
	}
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it waited %v", took)
	}
}

func TestNothingInAViewIsTakenForAnExpression(t *testing.T) {
	v := fixture.OrderViews(t)
	want := fixture.View(fixture.NewID(), 2, "$$ROOT")
	want.Order.Lines[0].SKU = "$version"
	if errs := v.Save(t.Context(), []ports.OrderView{want}); errs != nil {
		t.Fatal(errs)
	}
	if got, err := v.Order(t.Context(), want.ID); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("read %+v, %v; want %+v", got, err, want)
	}
}

// What another process saves is found by looking, once for all who wait.
func TestAwaitFindsWhatOthersSave(t *testing.T) {
	uri := mongotest.URI(t)
	here, elsewhere := fixture.ViewsAt(t, uri), fixture.ViewsAt(t, uri)
	profile := fixture.Begin(t, uri)
	var views []ports.OrderView
	for range 100 {
		views = append(views, fixture.View(fixture.NewID(), 2, "ann"))
	}
	begun := time.Now()
	var waiters sync.WaitGroup
	for _, view := range views {
		for _, version := range []int{1, 2} {
			waiters.Go(func() {
				if err := here.Await(t.Context(), view.ID, version); err != nil {
					t.Error(err)
				}
			})
		}
	}
	time.Sleep(100 * time.Millisecond)
	if errs := elsewhere.Save(t.Context(), views); errs != nil {
		t.Error(errors.Join(errs...))
	}
	waiters.Wait()
	took := time.Since(begun)
	looks := len(profile.Find(t, "query", "order_reads"))
	if most := int(took/(20*time.Millisecond)) + 1; looks < 1 || looks > most {
		t.Errorf("%d looks in %v, want 1 to %d", looks, took, most)
	}
	if err := here.Await(t.Context(), views[0].ID, 2); err != nil {
		t.Errorf("what is there already: %v", err)
	}
}

func TestAwaitKnowsWhatWasSavedHere(t *testing.T) {
	v := fixture.OrderViews(t)
	var waited time.Duration
	for range 20 {
		id := fixture.NewID()
		if errs := v.Save(t.Context(), []ports.OrderView{fixture.View(id, 2, "ann")}); errs != nil {
			t.Fatal(errs)
		}
		begun := time.Now()
		if err := v.Await(t.Context(), id, 2); err != nil {
			t.Error(err)
		}
		waited += time.Since(begun)
	}
	if waited > 200*time.Millisecond {
		t.Errorf("it waited %v for what it knew", waited)
	}
}

func TestAwaitEnds(t *testing.T) {
	v := fixture.OrderViews(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	id := fixture.NewID()
	if errs := v.Save(t.Context(), []ports.OrderView{fixture.View(id, 1, "ann")}); errs != nil {
		t.Fatal(errs)
	}
	if err := v.Await(ctx, id, 2); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
	closed := make(chan error, 1)
	go func() { closed <- v.Await(t.Context(), id, 2) }()
	time.Sleep(30 * time.Millisecond)
	v.Close()
	if err := <-closed; !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v when it closes, want ErrUnavailable", err)
	}
	if err := v.Await(t.Context(), id, 2); !errors.Is(err, ports.ErrUnavailable) {
		t.Errorf("error %v once it is closed, want ErrUnavailable", err)
	}
}
