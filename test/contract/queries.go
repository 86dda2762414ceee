package contract

import (
	"context"
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
)

func listsNewestFirst(ctx context.Context, m ReadModel) error {
	old, young := version(1, 1, "ann"), version(4, 1, "ann")
	low, high := version(2, 1, "ann"), version(3, 2, "ann")
	high.CreatedAt = low.CreatedAt
	if err := save(ctx, m, low, young, old, high); err != nil {
		return err
	}
	if low.ID > high.ID {
		return fmt.Errorf("the law is broken: %s > %s", low.ID, high.ID)
	}
	return wantList(ctx, m, ports.Filter{}, 50, young, high, low, old)
}

func listsAtMost(ctx context.Context, m ReadModel) error {
	views := []ports.OrderView{version(1, 1, "ann"), version(2, 1, "ann"), version(3, 1, "ann")}
	if err := save(ctx, m, views...); err != nil {
		return err
	}
	return wantList(ctx, m, ports.Filter{}, 2, views[2], views[1])
}

func listsOfUser(ctx context.Context, m ReadModel) error {
	ann, dot := version(1, 1, "ann"), version(2, 1, "a.n")
	upper, later := version(3, 1, "Ann"), version(4, 2, "ann")
	if err := save(ctx, m, ann, dot, upper, later); err != nil {
		return err
	}
	return errors.Join(
		wantList(ctx, m, ports.Filter{UserID: "ann"}, 50, later, ann),
		wantList(ctx, m, ports.Filter{UserID: "a.n"}, 50, dot),
		wantList(ctx, m, ports.Filter{UserID: "nobody"}, 50),
	)
}

func listsNothing(ctx context.Context, m ReadModel) error {
	return wantList(ctx, m, ports.Filter{}, 50)
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
