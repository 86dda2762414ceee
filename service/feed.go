package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"go.uber.org/fx"

	"orders/app/brokerfeed"
	"orders/app/projection"
	"orders/app/sharedfeed"
	"orders/ports"
	"orders/ports/clock"
)

// A Feed is what the read models follow: StoreFeed, or the name of a broker.
type Feed string

// StoreFeed is the feed of the write store itself.
const StoreFeed Feed = "mongo"

// isOfStore reports whether the read models follow the write store itself.
func (f Feed) isOfStore() bool { return f == "" || f == StoreFeed }

// spellFeed is how the read models get what was committed.
func (c Config) spellFeed() string {
	if c.Feed.isOfStore() {
		return c.WriteStore.store().feed
	}
	return string(c.Feed)
}

// checkFeed refuses a feed that nobody would tell anything.
func (c Config) checkFeed() error {
	if c.Feed.isOfStore() || slices.Contains(c.publishes(), Broker(c.Feed)) {
		return nil
	}
	if c.has(Relay) || !c.lasts() {
		return fmt.Errorf("FEED=%s needs a relay that tells %s what was committed: "+
			"add it to PUBLISH, or leave relay out of ROLES if another process runs that relay",
			c.Feed, c.Feed)
	}
	return nil
}

// messages are the relays, and what the read models follow.
func (c Config) messages() fx.Option {
	source := fx.Provide(newSource)
	if !c.Feed.isOfStore() {
		source = fx.Provide(c.newBrokerSource)
	}
	return fx.Options(source, fx.Provide(c.newRelays))
}

func newSource(
	f ports.EventFeed, h ports.History, a ports.Archive, o observers,
) projection.Source {
	return projection.Source{Feed: f, History: h, Archive: a, Observer: o.Subscriptions}
}

// followed is what a feed of a broker is made of.
type followed struct {
	fx.In
	Observers observers
	Kept      kept
	Timeline  ports.Timeline
	History   ports.History
	Archive   ports.Archive
}

// newBrokerSource follows the topic that the relay of a broker tells.
func (c Config) newBrokerSource(
	life fx.Lifecycle, f followed, log *slog.Logger,
) (projection.Source, error) {
	name := Broker(c.Feed)
	shared, err := f.Kept.open(relayName(name))
	if err != nil {
		return projection.Source{}, err
	}
	topic, err := name.broker().reader(c, log)
	if err != nil {
		return projection.Source{}, err
	}
	life.Append(fx.StopHook(topic.Close))
	feed := brokerfeed.New(brokerfeed.Source{
		Broker: string(name), Topic: topic, Relay: shared, Timeline: f.Timeline,
		History: f.History, Archive: f.Archive,
	}, log)
	return projection.Source{
		Feed: sharedfeed.Share(feed), History: f.History, Archive: f.Archive, SaveIdle: true,
		Observer: f.Observers.Subscriptions,
	}, nil
}

// leaseMost is longer than the lease of a process that was killed lasts.
const leaseMost = 6 * time.Second

// refuseOtherFeed refuses to start while processes that follow another feed keep one of the read
// models: each would take the position of the other for none, and read everything again.
func (c Config) refuseOtherFeed(life fx.Lifecycle, all projection.All) {
	life.Append(fx.StartHook(func(ctx context.Context) error {
		var errs []error
		for _, p := range all {
			errs = append(errs, c.sameFeed(ctx, p))
		}
		return errors.Join(errs...)
	}))
}

func (c Config) sameFeed(ctx context.Context, p projection.Projection) error {
	for begun := time.Now(); ; _ = clock.Sleep(ctx, time.Second/2) {
		other, err := c.otherFeed(ctx, p)
		if err != nil || other == "" {
			return err
		}
		isLed, err := p.IsLed(ctx)
		switch {
		case err != nil || !isLed:
			return err
		case ctx.Err() != nil || time.Since(begun) > leaseMost:
			return fmt.Errorf("the read model %s is kept by a process with FEED=%s: stop all of "+
				"these before you start one with FEED=%s", p.Name(), other, c.feed())
		}
	}
}

// otherFeed is the feed that made the read model's position, if that is not the one of c.
func (c Config) otherFeed(ctx context.Context, p projection.Projection) (Feed, error) {
	at, err := p.Position(ctx)
	if other := feedOf(at); err == nil && at != "" && other != c.feed() {
		return other, nil
	}
	return "", err
}

// withItsFeed refuses to manage a read model whose position only another feed can read.
func (c Config) withItsFeed(ctx context.Context, p projection.Projection) error {
	other, err := c.otherFeed(ctx, p)
	if err == nil && other != "" {
		err = fmt.Errorf("the read model %s follows FEED=%s: set that, and what it needs, here too",
			p.Name(), other)
	}
	return err
}

// feed is what the read models follow.
func (c Config) feed() Feed { return cmp.Or(c.Feed, StoreFeed) }

// feedOf is the feed that made a position.
func feedOf(at ports.Position) Feed {
	first, _, _ := strings.Cut(string(at), " ")
	if Broker(first).broker().name != "" {
		return Feed(first)
	}
	return StoreFeed
}
