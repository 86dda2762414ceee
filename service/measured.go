package service

import (
	"context"
	"fmt"

	"go.uber.org/fx"

	"orders/adapters/http"
	"orders/adapters/metrics"
	"orders/adapters/mongo/client"
	"orders/app/projection"
	"orders/app/relay"
	"orders/ports"
	"orders/ports/budget"
)

// measured is what can be read or asked when somebody scrapes.
type measured struct {
	fx.In
	Budget      *budget.Budget
	Server      *http.Server
	Projections projection.All
	Relays      []*relay.Relay
}

// measure has the metrics ask what they are not told. They ask the stores, never those who do the
// work, and only what the process may read there by its roles.
func (c Config) measure(m *metrics.Metrics, of measured) {
	m.Bytes(of.Budget.Size(), of.Budget.Used)
	m.Streams(of.Server.OpenStreams)
	reads := c.has(Query) || c.has(Projector)
	for _, p := range of.Projections {
		if reads {
			m.Subscription(metrics.Subscription{
				Name: p.Name(), Leader: ifAllowed(p.Leader), Status: statusOf(p),
			})
		}
	}
	for _, r := range of.Relays {
		if reads || c.has(Relay) {
			m.Subscription(metrics.Subscription{
				Name: string(r.Name()), Leader: ifAllowed(r.Leader), Status: statusOfRelay(r),
			})
		}
	}
}

func statusOf(p projection.Projection) func(context.Context) (metrics.Status, error) {
	return func(ctx context.Context) (metrics.Status, error) {
		s, err := p.Status(ctx)
		filling := s.Generations.Filling
		return metrics.Status{Lag: s.Lag, Parked: len(s.Parked), Rebuild: filling}, err
	}
}

func statusOfRelay(r *relay.Relay) func(context.Context) (metrics.Status, error) {
	return func(ctx context.Context) (metrics.Status, error) {
		s, err := r.Status(ctx)
		return metrics.Status{Lag: s.Lag, Parked: len(s.Parked)}, err
	}
}

// ifAllowed returns ask, whose error is ErrDenied if the user of the database may not ask.
func ifAllowed(
	ask func(context.Context) (string, error),
) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		leader, err := ask(ctx)
		if _, is := client.DenialIn(err); is {
			err = fmt.Errorf("%w: %w", ports.ErrDenied, err)
		}
		return leader, err
	}
}
