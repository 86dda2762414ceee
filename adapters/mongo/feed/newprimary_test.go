package feed_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"orders/adapters/mongo/internal/fixture"
	"orders/ports"
)

// A feed that is opened at a new primary is not caught up before it has told all that was
// acknowledged, though its change stream is silent for as long as the primary does not know it.
func TestAFeedIsNotCaughtUpAtAPrimaryThatDoesNotKnow(t *testing.T) {
	t.Parallel()
	n := fixture.NewPrimary(t)
	now, err := fixture.ChangeStreamFeed(n.DB).Now(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(1500*time.Millisecond, n.Learn)
	for name, from := range map[string]ports.Position{"a scan": "", "a position": now} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told, enough := 0, errors.New("enough")
			err := fixture.ChangeStreamFeed(n.DB).Follow(t.Context(), from,
				func(_ context.Context, b ports.Batch) error {
					for _, c := range b.Commits {
						if c.ID == n.Late.ID {
							told++
						}
					}
					if b.CaughtUp {
						return enough
					}
					return nil
				})
			if !errors.Is(err, enough) || told != 1 {
				t.Errorf("when it is caught up it has told the commit %d times, %v", told, err)
			}
		})
	}
}
