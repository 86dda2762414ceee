// Package e2e_test checks the whole service from a client's side: its graph in this process, and
// the real program in processes of its own.
package e2e_test

import (
	"crypto/rand"
	"log/slog"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"
	"go.uber.org/goleak"

	"orders/adapters/http"
	"orders/service"
	"orders/test/kafkatest"
	"orders/test/leak"
	"orders/test/mongotest"
	"orders/test/rabbittest"
)

// settings are the ways to choose adapters.
var settings = []struct {
	name        string
	write, read service.Store
	feed        service.Feed
}{
	{"memory", service.Memory, service.Memory, service.StoreFeed},
	{"mongo", service.Mongo, service.Mongo, service.StoreFeed},
	{"events on mongo, views in memory", service.Mongo, service.Memory, service.StoreFeed},
	{"events in memory, views on mongo", service.Memory, service.Mongo, service.StoreFeed},
	{"mongo, by kafka", service.Mongo, service.Mongo, service.Feed(service.Kafka)},
	{"mongo, by rabbitmq", service.Mongo, service.Mongo, service.Feed(service.RabbitMQ)},
	{"memory, by kafka", service.Memory, service.Memory, service.Feed(service.Kafka)},
}

func TestTheGraphIsComplete(t *testing.T) {
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			c := service.Config{
				MongoURI: "mongodb://127.0.0.1/nothing", WriteStore: s.write, ReadStore: s.read,
				Publish: []service.Broker{service.Kafka, service.RabbitMQ}, Feed: s.feed,
				KafkaBrokers: []string{"127.0.0.1:1"}, AMQPURL: "amqp://127.0.0.1:1",
			}
			if err := fx.ValidateApp(module(c)); err != nil {
				t.Error(err)
			}
		})
	}
}

// serverDate is fasthttp's clock, one for all servers of a process and its whole life.
var serverDate = goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1")

func TestItStartsAndStopsWithoutATrace(t *testing.T) {
	onEach(t, func(t *testing.T, c service.Config) {
		before := goleak.IgnoreCurrent()
		var server *http.Server
		service := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
		orders := newClient("http://" + server.Addr().String())
		orders.create(t)
		service.RequireStop()
		orders.http.CloseIdleConnections()
		leak.None(t, before, serverDate)
	})
}

func TestAStoreNeedsItsURI(t *testing.T) {
	for _, c := range []service.Config{{WriteStore: service.Mongo}, {ReadStore: service.Mongo}} {
		if err := fx.New(module(c)).Err(); err == nil {
			t.Errorf("%+v needs no URI", c)
		}
	}
}

// onEach runs a test with each choice of adapters, each with databases of its own.
func onEach(t *testing.T, test func(*testing.T, service.Config)) {
	for _, s := range settings {
		t.Run(s.name, func(t *testing.T) {
			c := service.Config{WriteStore: s.write, ReadStore: s.read}
			if s.write == service.Mongo || s.read == service.Mongo {
				c.MongoURI = mongotest.URI(t)
			}
			follow(t, &c, s.feed)
			test(t, c)
		})
	}
}

// follow makes the read models follow a feed: for a broker, by a topic of their own.
func follow(t *testing.T, c *service.Config, f service.Feed) {
	t.Helper()
	switch c.Feed = f; service.Broker(f) {
	case service.Kafka:
		c.KafkaBrokers, c.KafkaTopic = kafkatest.Brokers(t), "orders."+rand.Text()
		c.KafkaPartitions = 3
	case service.RabbitMQ:
		c.AMQPURL = rabbittest.URL(t)
	default:
		return
	}
	c.Publish = []service.Broker{service.Broker(f)}
}

// serve runs a test against a service with each choice of adapters.
func serve(t *testing.T, test func(*testing.T, client)) {
	onEach(t, func(t *testing.T, c service.Config) {
		var server *http.Server
		service := fxtest.New(t, module(c), fx.Populate(&server)).RequireStart()
		defer service.RequireStop()
		test(t, newClient("http://"+server.Addr().String()))
	})
}

func module(c service.Config) fx.Option {
	return service.Module(c, "test", slog.New(slog.DiscardHandler))
}
