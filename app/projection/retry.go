package projection

import (
	"context"
	"errors"

	"orders/app/subscribe"
	"orders/ports"
)

// Retry implements Projection.
func (p *projection[V]) Retry(ctx context.Context) (subscribe.Retried, error) {
	return p.projector(p.definition.Model.Views.Save).retry(ctx)
}

func (p *projector[V]) retry(ctx context.Context) (done subscribe.Retried, err error) {
	for parked, err := range subscribe.EveryParked(ctx, p.parking.parked) {
		if err != nil {
			return done, err
		}
		released, err := p.retryOne(ctx, parked)
		switch {
		case err != nil:
			return done, err
		case released:
			done.Released++
		default:
			done.Parked++
		}
	}
	return done, nil
}

func (p *projector[V]) retryOne(
	ctx context.Context, order ports.ParkedOrder,
) (released bool, err error) {
	f := &folded[V]{id: order.ID, reached: order.Version}
	if err := p.load(ctx, f); err != nil {
		return false, err
	}
	err = f.flaw()
	if err == nil && f.version < order.Version {
		err = errors.New("its stream is shorter than it was")
	}
	if err == nil {
		err = errors.Join(p.save(ctx, []V{f.view})...)
	}
	switch {
	case err == nil:
		p.log.Info("A parked order is shown again", "orderId", order.ID)
		return true, p.parking.parked.Release(ctx, order.ID, f.version)
	case errors.Is(err, ports.ErrUnavailable), ctx.Err() != nil:
		return false, err
	}
	return false, p.parking.parked.Park(ctx, []ports.ParkedOrder{parked(order.ID, f.reached, err)})
}
