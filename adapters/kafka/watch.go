package kafka

import (
	"context"
	"errors"

	"orders/ports"
	"orders/ports/clock"
)

// watch checks now and then that the topic is the same, until ctx ends. When it is not, nothing is
// sent any more: what is under way would reach the next topic without what came before it.
func (s *session) watch(ctx context.Context) {
	defer close(s.ended)
	var outage bool
	for clock.Sleep(ctx, watchEvery) == nil {
		_, err := s.want(ctx, s.id)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ports.ErrGone):
			s.log.Warn("The topic of Kafka is gone", "error", err)
			s.lose()
			s.client.Close()
			return
		case err != nil && !outage:
			s.log.Warn("Kafka does not answer, and what is published waits for it", "error", err)
		case err == nil && outage:
			s.log.Info("Kafka answers again")
		}
		outage = err != nil
	}
}
