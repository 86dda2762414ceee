package readmodel_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
	"orders/test/mongotest"
)

// A follower that goes on from a position has caught up in a moment though nobody else writes, and
// the server, which usually does so every 10 seconds, does not either.
func TestAViewFeedCatchesUpOnAQuietServer(t *testing.T) {
	t.Parallel()
	server := mongotest.Start(t, "--setParameter", "writePeriodicNoops=false")
	s := showing(t, server.URI("quiet"))
	enough := errors.New("enough")
	from := ports.Position("")
	for missed := range 4 {
		for range missed {
			s.save(t, fixture.View(fixture.NewID(), 1, "ann"))
		}
		err := s.views.Feed(slog.Default()).Follow(fixture.Patient(t), from,
			func(_ context.Context, b ports.ViewBatch) error {
				if from = b.Next; b.CaughtUp {
					return enough
				}
				return nil
			})
		if !errors.Is(err, enough) {
			t.Fatal(err)
		}
	}
}

// A rebuild beside a projection that lags has versions that the generation before never had, and
// may have taken long.
func TestAViewFeedOfAGenerationThatIsAhead(t *testing.T) {
	t.Parallel()
	s := showing(t, mongotest.URI(t))
	id := fixture.NewID()
	s.save(t, fixture.View(id, 1, "ann"))
	s.tellsAll(t, id)
	g := fixture.OpenGeneration(t, s.Generations.Begin)
	ahead := []ports.OrderView{fixture.View(id, 2, "ann")}
	if err := errors.Join(g.Save(t.Context(), ahead)...); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); time.Since(began) < 11*time.Second; time.Sleep(time.Second) {
		if err := s.Generations.Renew(t.Context(), g.Number, ports.Filling{}); err != nil {
			t.Fatal(err)
		}
	}
	fixture.SwitchTo(t, s.OrderModel, g.Number)
	s.tellsAll(t, id)
}
