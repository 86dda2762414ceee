package service

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/fx"
)

func TestSettingsOfCommands(t *testing.T) {
	rabbit := Config{Commands: RabbitMQ, AMQPURL: "amqp://localhost"}
	kafka := Config{Commands: Kafka, KafkaBrokers: []string{"localhost:9092"}}
	with := func(c Config, change func(*Config)) Config {
		change(&c)
		return c
	}
	jwt := func(c *Config) {
		c.Auth, c.Issuer, c.Audience = authJWT, "https://id.example", "orders"
	}
	named := func(name string) func(*Config) {
		return func(c *Config) { c.CommandsActor = name }
	}
	for _, tt := range []struct {
		c    Config
		want string // A part of the error; empty for none.
	}{
		{Config{}, ""},
		{Config{Commands: NoBroker}, ""},
		{rabbit, ""},
		{kafka, ""},
		{with(rabbit, named("shop")), ""},
		{with(with(rabbit, jwt), named("broker")), ""},
		{with(rabbit, jwt), "set COMMANDS_ACTOR"},
		{with(kafka, jwt), "set COMMANDS_ACTOR"},
		{Config{Commands: Kafka}, "KAFKA_BROKERS"},
		{Config{Commands: RabbitMQ}, "AMQP_URL"},
		{Config{CommandsActor: "shop"}, "no effect"},
		{Config{CommandsActor: "shop", Commands: NoBroker}, "no effect"},
		{with(rabbit, named("a\nb")), "COMMANDS_ACTOR"},
		{with(rabbit, named(strings.Repeat("x", 129))), "COMMANDS_ACTOR"},
	} {
		_, err := tt.c.resolved()
		if (err == nil) != (tt.want == "") || !strings.Contains(fmt.Sprint(err), tt.want) {
			t.Errorf("%+v: %v, want %q", tt.c, err, tt.want)
		}
	}
}

// Commands are carried out where there is the role for that.
func TestTheGraphWithCommands(t *testing.T) {
	for _, c := range []Config{
		{Commands: Kafka, KafkaBrokers: []string{"localhost:9092"}},
		{Commands: RabbitMQ, AMQPURL: "amqp://localhost", MongoURI: "mongodb://127.0.0.1/nothing",
			Roles: []Role{Query}},
	} {
		if err := fx.ValidateApp(Module(c, "", slog.New(slog.DiscardHandler))); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
