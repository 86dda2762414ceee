package brokers

import (
	"context"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/test/bench/peers"
	"orders/test/process"
	"orders/test/rabbittest/server"
)

func planRabbitMQ(dir string) (start, error) {
	install, err := server.Find()
	if err != nil {
		return start{}, err
	}
	ports := server.FreePorts()
	p := server.NewProcess(install, ports, dir)
	url := server.URL(p.Address())
	ready := func(ctx context.Context) error { return server.Managed(ports).AwaitReady(ctx, url) }
	return start{p, url, ready}, nil
}

// rabbitMQEnv knows of no topic: the names are fixed, and what they name is removed each time.
func rabbitMQEnv(url, _ string) []string { return []string{"AMQP_URL=" + url} }

const (
	prefetch = 1024
	ackEvery = 128
)

func consumeRabbitMQ(ctx context.Context, url, _ string) (c *Consumer, err error) {
	err = process.Poll(ctx, func() error {
		connection, err := amqp.Dial(url) // Each time: an error ends the channel, at least.
		if err != nil {
			return err
		}
		deliveries, err := subscribe(connection)
		if err != nil {
			_ = connection.Close()
			return err
		}
		c = NewConsumer(func() { _ = connection.Close() })
		c.busy.Go(func() { c.receive(deliveries) })
		return nil
	})
	return c, err
}

// receive hears of all that is delivered.
func (c *Consumer) receive(deliveries <-chan amqp.Delivery) {
	n := 0
	for d := range deliveries {
		if id, is := d.Headers["cloudEvents:id"].(string); is {
			c.Hear(id, time.Now())
		}
		if n++; n%ackEvery == 0 {
			_ = d.Ack(true) // Else the channel has ended, which shows.
		}
	}
}

// subscribe consumes the stream from its beginning, if it is there.
func subscribe(connection *amqp.Connection) (<-chan amqp.Delivery, error) {
	channel, err := connection.Channel()
	if err != nil {
		return nil, err
	}
	if err := channel.Qos(prefetch, 0, false); err != nil {
		return nil, err
	}
	return channel.Consume(peers.Stream, "", false, false, false, false,
		amqp.Table{"x-stream-offset": "first"})
}

func removeRabbitMQ(_ context.Context, url, _ string) error {
	connection, err := amqp.Dial(url)
	if err != nil {
		return err
	}
	defer connection.Close()
	channel, err := connection.Channel()
	if err != nil {
		return err
	}
	if _, err := channel.QueueDelete(peers.Stream, false, false, false); err != nil {
		return err
	}
	return channel.ExchangeDelete(peers.Exchange, false, false)
}
