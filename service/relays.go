package service

import (
	"cmp"
	"errors"
	"log/slog"

	"go.uber.org/fx"

	"orders/adapters/kafka"
	"orders/adapters/rabbitmq"
	"orders/app/relay"
	"orders/ports"
)

// relayName is that of the subscription of the relay that tells a broker.
func relayName(b Broker) ports.SubscriptionName { return ports.SubscriptionName(relayPrefix + b) }

const relayPrefix = "relay-"

// kept are the subscriptions of the write store, if it keeps any.
type kept struct {
	fx.In
	Subscriptions ports.Subscriptions `optional:"true"`
}

func (k kept) open(name ports.SubscriptionName) (ports.Subscription, error) {
	if k.Subscriptions == nil {
		return ports.Subscription{}, errors.New("the write store keeps no subscriptions, which " +
			"PUBLISH and FEED need")
	}
	return k.Subscriptions.Open(name)
}

// newRelays makes the relay of each broker that PUBLISH names. They tell what the write store's own
// feed tells, whatever the read models follow.
func (c Config) newRelays(
	life fx.Lifecycle, feed ports.EventFeed, history ports.History, k kept, o observers,
	log *slog.Logger,
) ([]*relay.Relay, error) {
	var all []*relay.Relay
	for _, b := range c.publishes() {
		shared, err := k.open(relayName(b))
		if err != nil {
			return nil, err
		}
		told, err := b.broker().publisher(c, log)
		if err != nil {
			return nil, err
		}
		life.Append(fx.StopHook(told.Close))
		source := relay.Source{Feed: feed, History: history, Observer: o.Subscriptions}
		all = append(all, relay.New(relayName(b), source, plain(shared),
			o.Traces.Publisher(string(b), c.topicOf(b), told), log))
	}
	return all, nil
}

// topicOf is the topic, or the stream, of a broker for the events.
func (c Config) topicOf(b Broker) string {
	if b == Kafka {
		return cmp.Or(c.KafkaTopic, kafka.DefaultTopic)
	}
	return rabbitmq.DefaultStream
}

// relayAll runs all relays while the application runs.
func relayAll(life fx.Lifecycle, all []*relay.Relay) {
	for _, r := range all {
		run(life, r.Run)
	}
}
