package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// A ReadModel is where views are saved and read.
type ReadModel interface {
	ports.OrderViews
	ports.Orders
}

// OrderViews checks the read models that open returns, a fresh and empty one for each law.
func OrderViews(t *testing.T, open func(*testing.T) ReadModel) { check(t, viewLaws, open) }

var viewLaws = []law[ReadModel]{
	{"an unknown order is not found", unknownIsNotFound},
	{"a view is read as it was saved", readAsSaved},
	{"a later version replaces an earlier one", laterReplaces},
	{"an earlier version changes nothing and is no error", earlierIsIgnored},
	{"versions may be saved in any order", anyOrder},
	{"versions may be saved in one call", oneCall},
	{"of two versions saved at once the later stays", racesEndLate},
	{"a view that was not saved is told of", failuresAreTold},
	{"who saves or reads a view cannot change it afterwards", viewsAreSafe},
	{"the newest come first, and equal times by ID", listsNewestFirst},
	{"a list has at most the limit", listsAtMost},
	{"a list is filtered by user", listsOfUser},
	{"a list is filtered by each field and by all of them", listsFiltered},
	{"pages neither repeat nor leave out an order while others are added", listsPages},
	{"a list of nothing is empty", listsNothing},
	{"awaiting what is there returns", awaitsThere},
	{"awaiting a version returns when it can be read, by id and in the list", awaitsSave},
	{"awaiting ends with the context", awaitEnds},
}

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

func save(ctx context.Context, m ReadModel, views ...ports.OrderView) error {
	return errors.Join(m.Save(ctx, views)...)
}

func wantView(ctx context.Context, m ReadModel, want ports.OrderView) error {
	got, err := m.Order(ctx, want.ID)
	return errors.Join(err, wantEqual(got, want))
}

func wantList(
	ctx context.Context, m ReadModel, f ports.Filter, limit int, want ...ports.OrderView,
) error {
	got, err := m.List(ctx, f, ports.Page{Limit: limit})
	if err != nil {
		return err
	}
	return wantEqual(append([]ports.OrderView{}, got...), append([]ports.OrderView{}, want...))
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

func laterReplaces(ctx context.Context, m ReadModel) error {
	if err := save(ctx, m, version(1, 1, "ann")); err != nil {
		return err
	}
	if err := save(ctx, m, version(1, 3, "ann")); err != nil {
		return err
	}
	return wantView(ctx, m, version(1, 3, "ann"))
}

func earlierIsIgnored(ctx context.Context, m ReadModel) error {
	for _, v := range []int{3, 1, 2, 3} {
		if err := save(ctx, m, version(1, v, "ann")); err != nil {
			return err
		}
	}
	return wantView(ctx, m, version(1, 3, "ann"))
}

func anyOrder(ctx context.Context, m ReadModel) error {
	n := 0
	var failed error
	permute([]int{1, 2, 3, 4}, func(versions []int) {
		n++
		for _, v := range versions {
			failed = errors.Join(failed, save(ctx, m, version(n, v, "ann")))
		}
		failed = errors.Join(failed, wantView(ctx, m, version(n, 4, "ann")))
	})
	return failed
}

// permute calls with every order of numbers.
func permute(numbers []int, with func([]int)) {
	var from func(int)
	from = func(at int) {
		if at == len(numbers) {
			with(numbers)
			return
		}
		for i := at; i < len(numbers); i++ {
			numbers[at], numbers[i] = numbers[i], numbers[at]
			from(at + 1)
			numbers[at], numbers[i] = numbers[i], numbers[at]
		}
	}
	from(0)
}

func oneCall(ctx context.Context, m ReadModel) error {
	err := save(ctx, m, version(1, 2, "ann"), version(1, 1, "ann"), version(1, 3, "ann"))
	return errors.Join(err, wantView(ctx, m, version(1, 3, "ann")))
}

func racesEndLate(ctx context.Context, m ReadModel) error {
	const races = 1000
	for n := range races {
		older, newer := 1+n%2, 2+n%2
		var errs [2]error
		var race sync.WaitGroup
		for i, v := range startOrder(n, older, newer) {
			race.Go(func() { errs[i] = save(ctx, m, version(n, v, "ann")) })
		}
		race.Wait()
		seen := wantView(ctx, m, version(n, newer, "ann"))
		if err := errors.Join(errs[0], errs[1], seen); err != nil {
			return fmt.Errorf("race %d: %w", n, err)
		}
	}
	return nil
}

// startOrder lets the later version start first in every other pair of races, since schedulers
// prefer one of the two.
func startOrder(race, older, newer int) [2]int {
	if race%4 < 2 {
		return [2]int{newer, older}
	}
	return [2]int{older, newer}
}

func failuresAreTold(ctx context.Context, m ReadModel) error {
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	errs := m.Save(cancelled, []ports.OrderView{version(1, 1, "ann"), version(2, 2, "ann")})
	if len(errs) != 2 || errs[0] == nil || errs[1] == nil {
		return fmt.Errorf("a cancelled save of two views returned %v", errs)
	}
	_, err := m.Order(ctx, id(1))
	return wantError(err, ports.ErrNotFound)
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
	listed, err := m.List(ctx, ports.Filter{}, ports.Page{Limit: 1})
	if err != nil {
		return err
	}
	spoil(reflect.ValueOf(listed))
	return wantView(ctx, m, shape(1, busy()...))
}
