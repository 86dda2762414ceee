package service

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"

	"orders/adapters/kafka"
	"orders/adapters/message"
	"orders/adapters/rabbitmq"
	"orders/app/inlet"
	"orders/ports"
)

// A Broker is the name of one of brokers, or NoBroker.
type Broker string

// The brokers.
const (
	NoBroker Broker = "none"
	Kafka    Broker = "kafka"
	RabbitMQ Broker = "rabbitmq"
)

// isSome reports whether b is a broker.
func (b Broker) isSome() bool { return b != "" && b != NoBroker }

// A broker is a technology that carries messages.
type broker struct {
	name  Broker
	needs string // The variable that it requires.
	isSet func(Config) bool
	// publisher and reader connect when they are used.
	publisher func(Config, *slog.Logger) (publisher, error)
	reader    func(Config, *slog.Logger) (topicReader, error)
	// receiver hands the messages with commands to serve.
	receiver func(Config, serve, *slog.Logger) (runner, error)
}

// Both disconnect when they are closed.
type (
	publisher interface {
		ports.Publisher
		Close()
	}
	topicReader interface {
		ports.TopicReader
		Close()
	}
)

// brokers are all brokers.
var brokers = []broker{
	{
		name: Kafka, needs: "KAFKA_BROKERS",
		isSet: func(c Config) bool { return len(c.KafkaBrokers) > 0 },
		publisher: func(c Config, log *slog.Logger) (publisher, error) {
			config, err := c.kafka()
			if err != nil {
				return nil, err
			}
			return kafka.NewPublisher(config, log)
		},
		reader: func(c Config, log *slog.Logger) (topicReader, error) {
			config, err := c.kafka()
			if err != nil {
				return nil, err
			}
			return kafka.NewReader(config, log)
		},
		receiver: func(c Config, do serve, log *slog.Logger) (runner, error) {
			config, err := c.kafka()
			return kafka.NewCommands(config, do, log), err
		},
	},
	{
		name: RabbitMQ, needs: "AMQP_URL",
		isSet: func(c Config) bool { return c.AMQPURL != "" },
		publisher: func(c Config, log *slog.Logger) (publisher, error) {
			return rabbitmq.NewPublisher(c.rabbitmq(), log)
		},
		reader: func(c Config, log *slog.Logger) (topicReader, error) {
			return rabbitmq.NewReader(c.rabbitmq(), log)
		},
		receiver: func(c Config, do serve, log *slog.Logger) (runner, error) {
			return rabbitmq.NewCommands(c.AMQPURL, do, log), nil
		},
	},
}

// broker returns the broker of this name, or the zero broker if there is none.
func (b Broker) broker() broker {
	i := slices.IndexFunc(brokers, func(each broker) bool { return each.name == b })
	if i < 0 {
		return broker{}
	}
	return brokers[i]
}

// publishes are the brokers that are told what was committed, each once.
func (c Config) publishes() []Broker {
	var all []Broker
	for _, b := range c.Publish {
		if b.isSome() && !slices.Contains(all, b) {
			all = append(all, b)
		}
	}
	return all
}

// eventMin and eventMost bound EVENT_MAX_BYTES: an event without its data has some KiB, and no
// broker takes more by default than the other one.
const eventMin, eventMost = 4 << 10, 16 << 20

// checkMessages returns what is wrong with the settings of messages.
func (c Config) checkMessages() error {
	if len(c.publishes()) > 0 && slices.Contains(c.Publish, NoBroker) {
		return errors.New("PUBLISH is none, or names brokers, not both")
	}
	for _, use := range []struct {
		setting string
		brokers []Broker
	}{
		{"PUBLISH", c.publishes()}, {"FEED", []Broker{Broker(c.Feed)}},
		{"COMMANDS", []Broker{c.Commands}},
	} {
		for _, b := range use.brokers {
			if kind := b.broker(); kind.isSet != nil && !kind.isSet(c) {
				return fmt.Errorf("%s=%s needs %s", use.setting, b, kind.needs)
			}
		}
	}
	switch {
	case c.EventMaxBytes != 0 && (c.EventMaxBytes < eventMin || c.EventMaxBytes > eventMost):
		return fmt.Errorf("EVENT_MAX_BYTES %s is not from %s to %s", c.EventMaxBytes,
			Bytes(eventMin), Bytes(eventMost))
	case c.KafkaPartitions < 0 || c.KafkaReplication < 0:
		return errors.New("KAFKA_PARTITIONS and KAFKA_REPLICATION cannot be negative")
	case c.StreamAge < 0:
		return fmt.Errorf("RABBITMQ_MAX_AGE %s is negative", c.StreamAge)
	}
	return cmp.Or(c.checkEnvelope(), c.checkFeed(), c.checkKafka(), c.checkRabbitMQ())
}

// checkKafka refuses settings that would be ignored, as somebody relies on them.
func (c Config) checkKafka() error {
	hasLogin := c.KafkaMechanism != "" && c.KafkaMechanism != "none"
	switch {
	case c.KafkaCA != "" && !c.KafkaTLS:
		return errors.New("KAFKA_CA has no effect without KAFKA_TLS: set both, or neither")
	case hasLogin && (c.KafkaUser == "" || c.KafkaPassword == ""):
		return errors.New("KAFKA_SASL_MECHANISM needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD")
	case !hasLogin && (c.KafkaUser != "" || c.KafkaPassword != ""):
		return errors.New("KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD have no effect without " +
			"KAFKA_SASL_MECHANISM")
	case slices.Contains([]string{inlet.Commands, inlet.Results, inlet.DeadLetters}, c.KafkaTopic):
		return fmt.Errorf("KAFKA_TOPIC %s is a topic of commands, and cannot have events",
			c.KafkaTopic)
	}
	return nil
}

func (c Config) checkRabbitMQ() error {
	if c.AMQPURL == "" {
		return nil
	}
	if err := rabbitmq.CheckURL(c.AMQPURL); err != nil {
		return fmt.Errorf("AMQP_URL: %w", err)
	}
	return nil
}

// envelope makes events of what was committed.
func (c Config) envelope() message.Envelope {
	return message.Envelope{
		Source: cmp.Or(c.EventsSource, "/orders"), PublicURL: strings.TrimSuffix(c.PublicURL, "/"),
		MaxBytes: int(cmp.Or(c.EventMaxBytes, 900<<10)),
	}
}

func (c Config) kafka() (kafka.Config, error) {
	k := kafka.Config{
		Brokers: c.KafkaBrokers, Topic: c.KafkaTopic, Partitions: c.KafkaPartitions,
		Replication: c.KafkaReplication,
		Envelope:    c.envelope(),
	}
	if c.KafkaMechanism != "" && c.KafkaMechanism != "none" {
		k.SASL = kafka.SASL{
			Mechanism: c.KafkaMechanism, User: c.KafkaUser, Password: c.KafkaPassword,
		}
	}
	if !c.KafkaTLS {
		return k, nil
	}
	k.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.KafkaCA == "" {
		return k, nil
	}
	text, err := os.ReadFile(c.KafkaCA)
	if err != nil {
		return k, fmt.Errorf("KAFKA_CA: %w", err)
	}
	if k.TLS.RootCAs = x509.NewCertPool(); !k.TLS.RootCAs.AppendCertsFromPEM(text) {
		return k, fmt.Errorf("KAFKA_CA: %s has no certificate in PEM", c.KafkaCA)
	}
	return k, nil
}

func (c Config) rabbitmq() rabbitmq.Config {
	return rabbitmq.Config{
		URL: c.AMQPURL, Envelope: c.envelope(),
		Keep: rabbitmq.Keep{Age: c.StreamAge, Bytes: int64(c.StreamBytes)},
	}
}
