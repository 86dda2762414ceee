package metrics

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"orders/app/command"
	"orders/ports"
)

// commands are those that reached the command handler, over HTTP or in a message.
type commands struct{ outcomes *prometheus.CounterVec }

func newCommands() commands {
	return commands{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "orders_commands_total",
		Help: "Commands that reached the command handler, over HTTP or in a message, by what " +
			"became of them (done, repeated, replayed, refused, unknown, rehearsed or failed), " +
			"and the code of the refusal or failure. A command of a message counts at each " +
			"attempt.",
	}, []string{"command", "outcome", "code"})}
}

// Commands counts what becomes of each request that passes through next.
func (c *commands) Commands(next command.Handle) command.Handle {
	return func(ctx context.Context, r command.Request) (command.Result, error) {
		result, err := next(ctx, r)
		outcome, code := outcomeOf(r, result, err)
		c.outcomes.WithLabelValues(r.Command.Name(), outcome, code).Inc()
		return result, err
	}
}

func outcomeOf(r command.Request, result command.Result, err error) (outcome, code string) {
	refusal, isRefused := command.RefusalOf(err)
	switch {
	case errors.Is(err, ports.ErrOutcomeUnknown):
		return "unknown", ""
	case r.DryRun && (err == nil || isRefused):
		return "rehearsed", refusal.Code
	case isRefused:
		return "refused", refusal.Code
	case err != nil:
		return "failed", failureOf(err)
	case result.Replayed:
		return "replayed", ""
	case len(result.Events) == 0:
		return "repeated", ""
	}
	return "done", ""
}

// failureOf tells an outage, and an order that another version may read, from a failure that only
// people can mend.
func failureOf(err error) string {
	for _, outage := range []error{
		ports.ErrUnavailable, context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, outage) {
			return "unavailable"
		}
	}
	if errors.Is(err, ports.ErrUnreadable) {
		return command.Unreadable.Code
	}
	return "internal"
}

// messages are those of the inlet.
type messages struct{ dealtWith *prometheus.CounterVec }

func newMessages() messages {
	return messages{prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "orders_messages_total",
		Help: "Messages with commands that were dealt with, by what became of them (done, " +
			"replayed, refused, or dead for a dead letter), and the code of the refusal.",
	}, []string{"outcome", "code"})}
}

// DealtWith counts a message.
func (m *messages) DealtWith(outcome, code string) {
	m.dealtWith.WithLabelValues(outcome, code).Inc()
}
