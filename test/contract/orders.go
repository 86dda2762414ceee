package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/ports/clock"
)

// A ReadModel is where views are saved and read.
type ReadModel interface {
	Save(ctx context.Context, views []ports.OrderView) []error
	ports.Orders
}

// orderLaws are the laws of reading orders; kind has those of saving views.
var orderLaws = promises[ports.Orders]([]law[ReadModel]{
	{"an unknown order is not found", unknownIsNotFound},
	{"a view is read as it was saved", readAsSaved},
	{"who saves or reads a view cannot change it afterwards", viewsAreSafe},
	{"the newest come first, and equal times by ID", listsNewestFirst},
	{"a list has at most the limit", listsAtMost},
	{"a list ends as soon as each fails, with that error", listsUntil},
	{"a list is filtered by user", listsOfUser},
	{"a list is filtered by each field and by all of them", listsFiltered},
	{"a list is sorted by either time, from either end", listsSorted},
	{"a field of several values selects orders with any of them", listsAnyOf},
	{"pages neither repeat nor leave out an order while others are added", listsPages},
	{"pages with the oldest change first leave out no order that changes", listsChanging},
	{"a list of nothing is empty", listsNothing},
	{"it tells whose the orders are that it shows, and of no others", tellsOwners},
	{"awaiting what is there returns", awaitsThere},
	{"awaiting a version returns when it can be read, by id and in the list", awaitsSave},
	{"awaiting ends with the context", awaitEnds},
})

// orderModelOnly are laws of verifying and rebuilding that only the read model of orders has.
var orderModelOnly = slices.Concat(
	promises[ports.Views[ports.OrderView]]([]law[OrderModel]{
		{"a repaired view is listed where it belongs", repairedIsListed},
		{"a field that is not there is spelled -", missingIsDash},
	}),
	promises[ports.Orders]([]law[OrderModel]{
		{"awaiting a version returns when a switch shows it", awaitsSwitch},
	}),
)

// version makes the n-th order's view at a version, created n seconds after the start.
func version(n, version int, user string) ports.OrderView {
	o := order.Order{UserID: user, Status: order.StatusCreated, Lines: lines()}
	if version > 1 {
		o.Status = order.StatusCancelled
		o.Cancellation = order.Cancellation{Reason: "other", Note: fmt.Sprint("version ", version)}
	}
	at := start.Add(time.Duration(n) * time.Second)
	return ports.OrderView{
		ID: id(n), Version: version, CreatedAt: at, Order: o,
		UpdatedAt: at.Add(time.Duration(version-1) * time.Millisecond),
	}
}

// shape makes the n-th order's view with an order of its own.
func shape(n int, events ...order.Event) ports.OrderView {
	v := version(n, 1, "")
	v.Order = order.Replay(append([]order.Event{created("ann")}, events...))
	return v
}

func save(ctx context.Context, m ReadModel, views ...ports.OrderView) error {
	return errors.Join(m.Save(ctx, views)...)
}

func wantView(ctx context.Context, m ReadModel, want ports.OrderView) error {
	got, err := m.Order(ctx, want.ID)
	return errors.Join(err, wantEqual(got, want))
}

func unknownIsNotFound(ctx context.Context, m ReadModel) error {
	_, err := m.Order(ctx, id(1))
	return wantError(err, ports.ErrNotFound)
}

func readAsSaved(ctx context.Context, m ReadModel) error {
	first, second, third := version(1, 1, "ann"), version(2, 2, "bob"), shape(3, busy()...)
	if err := save(ctx, m, first, second, third); err != nil {
		return err
	}
	return errors.Join(wantView(ctx, m, first), wantView(ctx, m, second), wantView(ctx, m, third))
}

func viewsAreSafe(ctx context.Context, m ReadModel) error {
	given := shape(1, busy()...)
	if err := save(ctx, m, given); err != nil {
		return err
	}
	spoil(reflect.ValueOf(given))
	read, err := m.Order(ctx, id(1))
	if err != nil {
		return err
	}
	spoil(reflect.ValueOf(read))
	listed, err := List(ctx, m, ports.Filter{}, ports.Page{Limit: 1})
	if err != nil {
		return err
	}
	spoil(reflect.ValueOf(listed))
	return wantView(ctx, m, shape(1, busy()...))
}

func tellsOwners(ctx context.Context, m ReadModel) error {
	err := save(ctx, m, version(1, 1, "ann"), version(2, 2, "bob"), version(3, 1, "ann"))
	ids := []order.ID{id(2), id(4), id(1)}
	for n := range ports.OwnersMax - len(ids) {
		ids = append(ids, id(100+n))
	}
	some, failed := m.Owners(ctx, ids)
	none, alsoFailed := m.Owners(ctx, nil)
	return errors.Join(err, failed, alsoFailed, wantEqual(len(none), 0),
		wantEqual(some, map[order.ID]string{id(1): "ann", id(2): "bob"}))
}

func awaitsThere(ctx context.Context, m ReadModel) error {
	if err := save(ctx, m, version(1, 2, "ann")); err != nil {
		return err
	}
	return errors.Join(m.Await(ctx, id(1), 1), m.Await(ctx, id(1), 2))
}

func awaitsSave(ctx context.Context, m ReadModel) error {
	for n := range 20 {
		first, second := version(n, 1, "ann"), version(n, 2, "ann")
		told := make(chan error, 1)
		go func() {
			if err := m.Await(ctx, second.ID, second.Version); err != nil {
				told <- err
				return
			}
			told <- errors.Join(wantView(ctx, m, second),
				wantList(ctx, m, ports.Filter{}, 1, second))
		}()
		if err := save(ctx, m, first); err != nil {
			return err
		}
		time.Sleep(time.Millisecond) // The first version alone must not end the wait.
		if err := save(ctx, m, second); err != nil {
			return err
		}
		if err := <-told; err != nil {
			return err
		}
	}
	return nil
}

func awaitEnds(ctx context.Context, m ReadModel) error {
	waiting, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	err := m.Await(waiting, order.ID("ord_unknown"), 1)
	return wantError(err, context.DeadlineExceeded)
}

func awaitsSwitch(ctx context.Context, s OrderModel) error {
	g, err := s.Generations.Begin(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(g.Save(ctx, []ports.OrderView{version(1, 2, "ann")})...)
	told := make(chan error, 1)
	go func() {
		err := s.Readers.Await(ctx, id(1), 2)
		told <- errors.Join(err, orderKind.want(ctx, s, 1, 2))
	}()
	return errors.Join(err, clock.Sleep(ctx, 10*time.Millisecond),
		s.Generations.Switch(ctx, g.Number), <-told)
}

func repairedIsListed(ctx context.Context, s OrderModel) error {
	wrong, other := version(1, 1, "ann"), version(2, 1, "bob")
	right := version(1, 1, "bob")
	right.CreatedAt = other.CreatedAt.Add(time.Hour)
	right.UpdatedAt = other.UpdatedAt.Add(time.Hour)
	m := readingOrders(s)
	bob := ports.Filter{UserID: "bob"}
	return errors.Join(
		save(ctx, m, wrong, other), s.Views.Repair(ctx, id(1), 1, &right),
		wantList(ctx, m, ports.Filter{UserID: "ann"}, 50),
		wantList(ctx, m, bob, 50, right, other),
		wantList(ctx, m, ports.Filter{}, 50, right, other),
		wantSorted(ctx, m, bob, ports.Sort{ByUpdate: true, OldestFirst: true}, other, right),
		s.Views.Repair(ctx, id(1), 1, nil),
		wantList(ctx, m, bob, 50, other), wantList(ctx, m, ports.Filter{}, 50, other),
	)
}

func missingIsDash(ctx context.Context, s OrderModel) error {
	stored := shape(1, busy()...)
	if err := errors.Join(s.Views.Save(ctx, []ports.OrderView{stored})...); err != nil {
		return err
	}
	more, fewer := shape(1, busy()...), shape(1, busy()...)
	more.Order.Lines = append(more.Order.Lines, order.Line{
		SKU: "cat", Quantity: 1, Price: order.Money{Minor: 1, Currency: "USD"},
	})
	fewer.Order.Lines = fewer.Order.Lines[:1]
	tooFew, err := differences(ctx, s, more)
	tooMany, failed := differences(ctx, s, fewer)
	if err := errors.Join(err, failed); err != nil {
		return err
	}
	if !slices.ContainsFunc(tooFew, func(d ports.Difference) bool { return d.Is == "-" }) ||
		!slices.ContainsFunc(tooMany, func(d ports.Difference) bool { return d.ShouldBe == "-" }) {
		return fmt.Errorf("lacks a line: %+v; has one too many: %+v", tooFew, tooMany)
	}
	return nil
}
