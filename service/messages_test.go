package service

import (
	"strings"
	"testing"
	"time"
)

var (
	someKafka = []string{"127.0.0.1:9092"}
	both      = []Broker{Kafka, RabbitMQ}
)

// settingsOfMessages are settings, and a part of the sentence that refuses them; none if they work.
var settingsOfMessages = []struct {
	Config
	refused string
}{
	{Config{}, ""},
	{Config{Publish: []Broker{NoBroker}, Feed: StoreFeed}, ""},
	{Config{Publish: both, KafkaBrokers: someKafka, AMQPURL: "amqp://h"}, ""},
	{Config{Publish: both[:1], Feed: "kafka", KafkaBrokers: someKafka}, ""},
	{Config{Publish: both[:1]}, "PUBLISH=kafka needs KAFKA_BROKERS"},
	{Config{Publish: both[1:]}, "PUBLISH=rabbitmq needs AMQP_URL"},
	{Config{Publish: []Broker{NoBroker, Kafka}, KafkaBrokers: someKafka}, "not both"},
	{Config{Feed: "kafka", KafkaBrokers: someKafka}, "FEED=kafka needs a relay"},
	{
		Config{Publish: both[1:], Feed: "kafka", KafkaBrokers: someKafka, AMQPURL: "amqp://h"},
		"FEED=kafka needs a relay",
	},
	{ // Another process may run the relay, but then it has to know of the orders.
		Config{Feed: "kafka", KafkaBrokers: someKafka, Roles: []Role{Projector}},
		"memory is known to one process alone",
	},
	{
		Config{
			Feed: "kafka", KafkaBrokers: someKafka, Roles: []Role{Projector},
			MongoURI: "mongodb://127.0.0.1/x",
		}, "",
	},
	{Config{Feed: "kafka", Roles: []Role{Projector}, MongoURI: "mongodb://127.0.0.1/x"},
		"FEED=kafka needs KAFKA_BROKERS"},
	{Config{Commands: RabbitMQ}, "COMMANDS=rabbitmq needs AMQP_URL"},
	{Config{EventMaxBytes: 100}, "EVENT_MAX_BYTES 100 is not from 4KiB to 16MiB"},
	{Config{EventMaxBytes: 1 << 30}, "EVENT_MAX_BYTES 1GiB is not from 4KiB to 16MiB"},
	{Config{KafkaPartitions: -1}, "KAFKA_PARTITIONS"},
	{Config{StreamAge: -time.Second}, "RABBITMQ_MAX_AGE -1s is negative"},
	{Config{Auth: authJWT, Issuer: "https://id.example", Audience: "a", Commands: Kafka,
		KafkaBrokers: someKafka}, "set COMMANDS_ACTOR"},
	{Config{CommandsActor: "me"}, "COMMANDS_ACTOR has no effect"},
	{Config{KafkaCA: "f"}, "KAFKA_CA has no effect without KAFKA_TLS"},
	{Config{KafkaPassword: "p"}, "have no effect without KAFKA_SASL_MECHANISM"},
	{Config{KafkaMechanism: "plain", KafkaUser: "u"}, "needs KAFKA_SASL_USERNAME and"},
	{Config{KafkaTopic: "orders.commands"}, "KAFKA_TOPIC orders.commands is a topic of commands"},
	{Config{AMQPURL: "http://h"}, "AMQP_URL: the URL of RabbitMQ is not one"},
}

// Settings of messages that cannot work are refused, by a sentence that names them.
func TestSettingsOfMessages(t *testing.T) {
	for _, tt := range settingsOfMessages {
		_, err := tt.resolved()
		switch {
		case tt.refused == "" && err != nil:
			t.Errorf("%+v is refused: %v", tt.Config, err)
		case tt.refused != "" && (err == nil || !strings.Contains(err.Error(), tt.refused)):
			t.Errorf("%+v: error %v, want one that says %q", tt.Config, err, tt.refused)
		}
	}
}
