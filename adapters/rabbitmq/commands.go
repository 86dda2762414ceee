package rabbitmq

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/app/inlet"
	"orders/domain/order"
	"orders/ports/clock"
)

const (
	// commandsPrefetch is how many messages the broker sends before one is acknowledged.
	commandsPrefetch = 32
	// commandsAgain is how long a consumer waits before it connects again.
	commandsAgain = time.Second
	// setupTimeout is how long the broker may take to let a consumer begin.
	setupTimeout = 10 * time.Second
)

// Commands receives messages that ask for commands. Of several processes one receives them, and
// another one if that ends: so the broker keeps the order of messages.
type Commands struct {
	url   string
	serve func(context.Context, inlet.Delivery) error
	log   *slog.Logger
}

// NewCommands returns Commands that hands each message of the broker at url to serve.
func NewCommands(
	url string, serve func(context.Context, inlet.Delivery) error, log *slog.Logger,
) *Commands {
	return &Commands{url, serve, log}
}

// Run receives messages until ctx ends, whatever becomes of the broker.
func (c *Commands) Run(ctx context.Context) {
	for ctx.Err() == nil {
		err := c.consume(ctx)
		if ctx.Err() == nil {
			c.log.Warn("Receiving commands from RabbitMQ failed; connecting again",
				slog.Any("error", err))
		}
		_ = clock.Sleep(ctx, commandsAgain)
	}
}

// consume receives messages over one connection.
func (c *Commands) consume(ctx context.Context) error {
	l, err := dial(ctx, c.url, "commands")
	if err != nil {
		return err
	}
	defer l.close()
	late := time.AfterFunc(setupTimeout, l.cut) // The library waits without a limit.
	defer late.Stop()
	if err := declareCommands(l.Connection); err != nil {
		return err
	}
	out, err := newSender(l)
	if err != nil {
		return err
	}
	deliveries, closed, err := deliver(l)
	if err != nil {
		return err
	}
	late.Stop()
	if err := c.work(ctx, deliveries, out); err != nil {
		return err
	}
	return closedBy(closed)
}

// deliver has the broker deliver messages. Why it ends, closed says.
func deliver(l *link) (all <-chan amqp.Delivery, closed chan *amqp.Error, err error) {
	ch, err := l.Channel()
	if err == nil {
		err = ch.Qos(commandsPrefetch, 0, false)
	}
	if err != nil {
		return nil, nil, err
	}
	closed = ch.NotifyClose(make(chan *amqp.Error, 1))
	all, err = ch.Consume(inlet.Commands, "", false, false, false, false, nil)
	return all, closed, err
}

// work serves messages until there are no more, or ctx ends. Then it ends what is under way.
func (c *Commands) work(
	ctx context.Context, deliveries <-chan amqp.Delivery, out *sender,
) error {
	var working sync.WaitGroup
	defer working.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lanes := inlet.NewLanes()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case d, open := <-deliveries:
			if !open {
				return nil
			}
			working.Add(1)
			one := delivery{d, out}
			lanes.Go(order.ID(one.text(inlet.HeaderOrderID)), len(d.Body), func() {
				defer working.Done()
				if c.serve(ctx, one) == nil {
					_ = d.Ack(false) // Else the message comes again, and is answered again.
				}
			})
		}
	}
}

// closedBy returns why no more deliveries come.
func closedBy(closed <-chan *amqp.Error) error {
	select {
	case err := <-closed:
		if err != nil {
			return err
		}
	case <-time.After(time.Second): // The channel is open.
	}
	return errors.New("the queue, or the connection, is gone")
}

// deliveryLimit is how often a message may come before the broker drops it: RabbitMQ 4 would do so
// after 20 times, which as many restarts make. With an explicit limit messages that come again keep
// their place.
const deliveryLimit = 1 << 30

const (
	week = 7 * 24 * time.Hour
	// resultsMax bounds answers that nobody reads, and dead letters, in bytes.
	resultsMax = 1 << 30
)

// commandQueues are the queues of messages, with the arguments of those that there are not yet.
var commandQueues = map[string]amqp.Table{
	inlet.Commands: {
		amqp.QueueTypeArg: amqp.QueueTypeQuorum, "x-single-active-consumer": true,
		"x-delivery-limit": deliveryLimit,
	},
	inlet.Results: {
		amqp.QueueTypeArg: amqp.QueueTypeQuorum, "x-message-ttl": week.Milliseconds(),
		"x-max-length-bytes": resultsMax,
	},
	inlet.DeadLetters: {
		amqp.QueueTypeArg: amqp.QueueTypeQuorum, "x-max-length-bytes": resultsMax,
	},
}

// declareCommands makes the queues that are missing. It leaves others as they are: an operator may
// have made them.
func declareCommands(conn *amqp.Connection) error {
	for name, args := range commandQueues {
		if err := declareMissing(conn, name, args); err != nil {
			return fmt.Errorf("declare the queue %s: %w", name, err)
		}
	}
	return nil
}

func declareMissing(conn *amqp.Connection, name string, args amqp.Table) error {
	for _, passive := range []bool{true, false} {
		ch, err := conn.Channel() // An error of the broker closes it.
		if err != nil {
			return err
		}
		declare := ch.QueueDeclare
		if passive {
			declare = ch.QueueDeclarePassive
		}
		_, err = declare(name, true, false, false, false, args)
		if !passive || !isCode(err, amqp.NotFound) {
			return errors.Join(err, ignoreClosed(ch.Close()))
		}
	}
	return nil
}

func ignoreClosed(err error) error {
	if errors.Is(err, amqp.ErrClosed) {
		return nil
	}
	return err
}
