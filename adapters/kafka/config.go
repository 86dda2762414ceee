// Package kafka tells a topic of Apache Kafka what was committed, and reads it.
package kafka

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"

	"orders/adapters/message"
)

// DefaultTopic is the name of the topic of the events.
const DefaultTopic = "orders.events"

// Config says where Kafka is, and how the topic of the events is used.
type Config struct {
	Brokers []string    // Addresses as host:port, of which one has to answer at first.
	TLS     *tls.Config // Nil for none.
	SASL    SASL

	Topic       string // DefaultTopic, if empty.
	Partitions  int    // Of a topic that is made; 0 for as many as the broker says.
	Replication int    // The same of its replicas.

	Envelope message.Envelope
}

// SASL is how the service logs in.
type SASL struct {
	Mechanism string // One of Mechanisms; empty for no login.
	User      string
	Password  string
}

// Mechanisms are the ways to log in.
var Mechanisms = []string{"plain", "scram-sha-256", "scram-sha-512"}

func (s SASL) mechanism() (sasl.Mechanism, error) {
	switch login := (scram.Auth{User: s.User, Pass: s.Password}); s.Mechanism {
	case "plain":
		return plain.Auth{User: s.User, Pass: s.Password}.AsMechanism(), nil
	case "scram-sha-256":
		return login.AsSha256Mechanism(), nil
	case "scram-sha-512":
		return login.AsSha512Mechanism(), nil
	}
	return nil, fmt.Errorf("%q is no mechanism of SASL; these are: %q", s.Mechanism, Mechanisms)
}

func (c Config) topic() string { return cmp.Or(c.Topic, DefaultTopic) }

// asBrokersSay leaves a number to the brokers.
const asBrokersSay = -1

// numbers are those that a topic is made with.
func (c Config) numbers() (partitions int32, replication int16) {
	return int32(cmp.Or(c.Partitions, asBrokersSay)), int16(cmp.Or(c.Replication, asBrokersSay))
}

// metadataMinAge is how soon a client asks again who leads a partition.
const metadataMinAge = time.Second

// client returns a client, which connects when it is used.
func (c Config) client(more ...kgo.Opt) (*kgo.Client, error) {
	if len(c.Brokers) == 0 {
		return nil, errors.New("no broker of Kafka is named")
	}
	opts := append([]kgo.Opt{
		kgo.SeedBrokers(c.Brokers...), kgo.ClientID("orders"), kgo.MetadataMinAge(metadataMinAge),
		kgo.DisableClientMetrics(),
	}, more...)
	if c.TLS != nil {
		opts = append(opts, kgo.DialTLSConfig(c.TLS.Clone()))
	}
	if c.SASL.Mechanism != "" {
		mechanism, err := c.SASL.mechanism()
		if err != nil {
			return nil, err
		}
		opts = append(opts, kgo.SASL(mechanism))
	}
	client, err := kgo.NewClient(opts...)
	if err != nil {
		return nil, fmt.Errorf("the settings of Kafka: %w", err)
	}
	return client, nil
}
