package orders_test

import (
	"errors"
	"fmt"
	"reflect"
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
			uri, fail := fixture.Breakable(t)
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
	profile := fixture.StartProfile(t, uri)
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
	if took := time.Since(begun); took > fixture.Promptly {
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
