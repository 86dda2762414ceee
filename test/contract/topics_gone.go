package contract

import (
	"context"
	"errors"
	"fmt"

	"orders/domain/order"
	"orders/ports"
)

// never is a handler that must not be called, as its first call says that the broker has all.
func never(_ context.Context, n ports.Notices) error { return fmt.Errorf("%+v came", n) }

func goneForReaders(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	if err := errors.Join(err, publish(ctx, t, anOrder, 0, 1)); err != nil {
		return err
	}
	gone := func(id ports.TopicID) error {
		_, err := t.End(ctx, id)
		return errors.Join(wantError(err, ports.ErrGone),
			wantError(t.Read(ctx, id, begin, never), ports.ErrGone))
	}
	if err := errors.Join(gone(""), gone("x"), gone("x"+id), t.Delete(ctx), gone(id)); err != nil {
		return err
	}
	_, err = t.Topic(ctx, id)
	return errors.Join(err, publish(ctx, t, anOrder, 0, 1), gone(id))
}

func goneWhileReading(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	if err := errors.Join(err, publish(ctx, t, anOrder, 0, 1)); err != nil {
		return err
	}
	deleted := make(chan error, 1)
	isDeleting := false
	err = t.Read(ctx, id, begin, func(_ context.Context, n ports.Notices) error {
		if len(n.Of) > 0 && !isDeleting {
			isDeleting = true
			go func() {
				err := t.Delete(ctx)
				_, topicErr := t.Topic(ctx, id) // Made anew, it is another one.
				deleted <- errors.Join(err, topicErr)
			}()
		}
		return nil
	})
	if !isDeleting {
		return errors.Join(errors.New("it ended before anything came"), err)
	}
	return errors.Join(wantError(err, ports.ErrGone), <-deleted)
}

func strangeOffsets(ctx context.Context, t Topic) error {
	id, begin, err := made(ctx, t)
	if err := errors.Join(err, publish(ctx, t, anOrder, 0, 3)); err != nil {
		return err
	}
	end, err := t.End(ctx, id)
	if err != nil {
		return err
	}
	for _, from := range []ports.Offset{"", "x", "-1", begin + "x", "x" + begin, end + "0000"} {
		if err := wantError(t.Read(ctx, id, from, never), ports.ErrGone); err != nil {
			return fmt.Errorf("offset %q: %w", from, err)
		}
	}
	return nil
}

func dropped(ctx context.Context, t Topic) error {
	if t.Drop == nil {
		return nil
	}
	id, begin, err := made(ctx, t)
	for _, o := range ids(9) {
		err = errors.Join(err, publish(ctx, t, o, 0, 1))
	}
	end, endErr := t.End(ctx, id)
	if err := errors.Join(err, endErr, t.Drop(ctx)); err != nil {
		return err
	}
	err = wantError(t.Read(ctx, id, begin, never), ports.ErrGone)
	again, topicErr := t.Topic(ctx, id) // It is the same topic as before.
	return errors.Join(err, topicErr, wantEqual(again, id), publish(ctx, t, anOrder, 0, 2),
		wantNotices(ctx, t, id, end, map[order.ID]int{anOrder: 2}))
}
