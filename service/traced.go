package service

import (
	"context"
	"log/slog"
	"strings"

	"go.uber.org/fx"

	"orders/adapters/metrics"
	"orders/adapters/tracing"
	"orders/app/subscribe"
	"orders/ports"
)

// traced provides what makes traces, which is nil unless the environment asks for them. As a module
// it can be the first of all: the last spans are sent when all else has stopped.
func traced(version string) fx.Option {
	return fx.Module("traces",
		fx.Provide(func(life fx.Lifecycle, log *slog.Logger) (*tracing.Tracing, error) {
			settings, on, err := tracing.Read()
			if !on || err != nil {
				return nil, err
			}
			t, err := tracing.New(context.Background(), settings, version, log)
			if err != nil {
				return nil, err
			}
			log.Info("Traces are sent", "endpoint", settings.Endpoint)
			life.Append(fx.StopHook(t.Close))
			return t, nil
		}),
		fx.Invoke(func(*tracing.Tracing) {}),
	)
}

func traceAppends(s ports.EventStore, t *tracing.Tracing) ports.EventStore {
	return t.EventStore(s)
}

// subscriptions see what subscribers do.
type subscriptions struct {
	*metrics.Metrics
	traces *tracing.Tracing
}

// Handler implements subscribe.Observer. A relay has a span for each commit instead.
func (s subscriptions) Handler(name string, h subscribe.Handler) subscribe.Handler {
	h = s.Metrics.Handler(name, h)
	if strings.HasPrefix(name, relayPrefix) {
		return h
	}
	return s.traces.Projection(name, h)
}
