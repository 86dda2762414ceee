package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// A ReadModel is where views are saved and read.
type ReadModel interface {
	Save(ctx context.Context, views []ports.OrderView) []error
	ports.Orders
}

// orderLaws are those of reading; kind has those of saving.
var orderLaws = []law[ReadModel]{
	{"an unknown order is not found", unknownIsNotFound},
	{"a view is read as it was saved", readAsSaved},
	{"who saves or reads a view cannot change it afterwards", viewsAreSafe},
	{"the newest come first, and equal times by ID", listsNewestFirst},
	{"a list has at most the limit", listsAtMost},
	{"a list ends as soon as each fails, with that error", listsUntil},
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
	got, err := List(ctx, m, f, ports.Page{Limit: limit})
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

// startOrder lets the later version start first in every other pair of races, since schedulers
// prefer one of the two.
func startOrder(race, older, newer int) [2]int {
	if race%4 < 2 {
		return [2]int{newer, older}
	}
	return [2]int{older, newer}
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
