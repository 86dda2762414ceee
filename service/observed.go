package service

import (
	"context"
	"runtime/debug"

	"go.uber.org/fx"

	"orders/adapters/http"
	"orders/adapters/metrics"
	"orders/adapters/mongo"
	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/startup"
	"orders/adapters/tracing"
	"orders/app/command"
	"orders/app/inlet"
	"orders/app/subscribe"
)

// observed has somebody see what a serving process does. All that watches the service meets here:
// each port is decorated once, as Fx allows one decorator for a type, and each room that a
// decorator cannot see into has a hook, which is nothing in the processes of operators.
func (c Config) observed(version string) fx.Option {
	if !observes {
		return fx.Options()
	}
	return fx.Options(
		fx.Supply(buildNow(version)),
		fx.Provide(metrics.New, observeRequests, observeDatabases, observeSubscriptions,
			observeMessages),
		fx.Decorate(observeCommands, traceAppends),
		fx.Invoke(c.measure),
	)
}

// buildNow says which program this is.
func buildNow(version string) metrics.Build {
	b := metrics.Build{Version: version}
	if info, ok := debug.ReadBuildInfo(); ok {
		b.Commit, b.GoVersion = commitOf(info), info.GoVersion
	}
	return b
}

func observeRequests(m *metrics.Metrics, t *tracing.Tracing) http.Observer {
	return http.Observer{
		Answered: func(a http.Answered) { m.Answered(metrics.Request(a)) },
		Metrics:  m.Text, Tracer: t.Requests(),
	}
}

func observeCommands(
	h *command.Handler, m *metrics.Metrics, t *tracing.Tracing,
) *command.Handler {
	h.Around(m.Commands)
	h.Around(t.Commands)
	return h
}

// observers are those that see rooms through a hook. Each is nil where nobody does.
type observers struct {
	fx.In
	Subscriptions subscribe.Observer `optional:"true"`
	Messages      messagesObserver   `optional:"true"`
	Traces        *tracing.Tracing   `optional:"true"`
}

// messagesObserver is told what became of each message with a command.
type messagesObserver func(inlet.Answer)

func observeMessages(m *metrics.Metrics) messagesObserver {
	return func(a inlet.Answer) { m.DealtWith(a.Outcome(), a.Refusal.Code) }
}

func observeSubscriptions(m *metrics.Metrics, t *tracing.Tracing) subscribe.Observer {
	return subscriptions{m, t}
}

func observeDatabases(m *metrics.Metrics, t *tracing.Tracing) mongo.Observer {
	write := func(ctx context.Context, w journal.Write) (context.Context, func()) {
		m.Written(w.Waited)
		return t.Writes(ctx, w)
	}
	return mongo.Observer{
		Write: write, Queue: m.Queue, Commands: t.Database(),
		Database: func(side startup.Side, d *client.Database) {
			m.Database(metrics.Database{
				Side: string(side), Disk: d.Disk,
				Pool: func() metrics.Pool { return metrics.Pool(d.Pool()) },
			})
		},
	}
}
