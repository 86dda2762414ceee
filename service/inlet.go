package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.uber.org/fx"

	"orders/adapters/kafka"
	"orders/adapters/message"
	"orders/adapters/rabbitmq"
	"orders/app/access"
	"orders/app/command"
	"orders/app/inlet"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// A Broker carries messages.
type Broker string

// The brokers.
const (
	NoBroker Broker = "none"
	Kafka    Broker = "kafka"
	RabbitMQ Broker = "rabbitmq"
)

// isSome reports whether b is a broker.
func (b Broker) isSome() bool { return b != "" && b != NoBroker }

// brokersForm leaves the form of a topic to the brokers.
var brokersForm = kafka.TopicForm{Partitions: -1, Replication: -1}

const (
	actorDefault   = "broker" // The actor of messages without a token.
	timeoutDefault = 10 * time.Second
)

// checkCommands returns what is wrong with the settings of commands as messages.
func (c Config) checkCommands() error {
	switch {
	case c.CommandsActor != "" && !c.Commands.isSome():
		return errors.New("COMMANDS_ACTOR has no effect without COMMANDS: set both, or neither")
	case c.Commands.isSome() && c.Auth == authJWT && c.CommandsActor == "":
		return errors.New("COMMANDS with AUTH=jwt: whoever may write to " + inlet.Commands +
			" may do everything with every order, without a token; set COMMANDS_ACTOR to the " +
			"name for them if they may")
	case c.CommandsActor != "" && !order.IsName(c.CommandsActor):
		return fmt.Errorf("COMMANDS_ACTOR %q is not 1 to %d characters that can be seen",
			c.CommandsActor, order.TextMax)
	case c.Commands == Kafka && len(c.KafkaBrokers) == 0:
		return errors.New("COMMANDS=kafka needs KAFKA_BROKERS")
	case c.Commands == RabbitMQ && c.AMQPURL == "":
		return errors.New("COMMANDS=rabbitmq needs AMQP_URL")
	}
	return nil
}

// commands carries out the commands of messages, in processes that carry out commands.
func (c Config) commands() fx.Option {
	if !c.Commands.isSome() || !c.has(Command) {
		return fx.Options()
	}
	return fx.Invoke(func(life fx.Lifecycle, p inletParts) { run(life, c.receiver(p).Run) })
}

// inletParts are what an inlet is made of.
type inletParts struct {
	fx.In
	Handler *command.Handler
	Tokens  ports.Authenticator `optional:"true"`
	Budget  *budget.Budget
	Log     *slog.Logger
}

// receiver is what receives messages from the broker.
func (c Config) receiver(p inletParts) interface{ Run(ctx context.Context) } {
	ignored := message.NewIgnoredNames(p.Log)
	in := inlet.New(p.Handler, bodies{message.Reader{
		Currency: order.Currency(c.Currency), Strict: c.Strict,
	}}, p.Tokens, p.Budget, inlet.Config{
		Actor: cmp.Or(c.CommandsActor, actorDefault), Ignored: ignored.Log,
		Timeout: cmp.Or(c.Timeout, timeoutDefault),
	}, p.Log)
	if c.Commands == Kafka {
		return kafka.NewCommands(kafka.Options(c.KafkaBrokers), brokersForm, in.Serve, p.Log)
	}
	return rabbitmq.NewCommands(c.AMQPURL, in.Serve, p.Log)
}

// bodies are the bodies of messages, as adapters/message has them.
type bodies struct{ message.Reader }

func (bodies) Knows(name string) bool { return message.IsCommand(name) }

func (b bodies) Read(name string, text []byte, by access.Caller) (inlet.Draft, error) {
	user, confined := by.Confined()
	d, err := b.Reader.Read(name, text, message.Sender{User: user, Confined: confined})
	if errors.Is(err, &order.Error{Code: message.CodeMalformed}) {
		err = fmt.Errorf("%w: %w", inlet.ErrMalformed, err)
	}
	return inlet.Draft{
		Command: d.Command, AnyCurrency: d.AnyCurrency, Ignored: d.Ignored, Explain: d.Explain,
	}, err
}

func (bodies) Write(a inlet.Answer) []byte {
	answer := message.Answer{
		ID: a.ID, Command: a.Command, Outcome: message.Outcome(a.Outcome()), OrderID: a.OrderID,
		Code: a.Refusal.Code, Detail: a.Refusal.Detail,
		CurrentStatus: a.Refusal.CurrentStatus, AllowedCommands: a.Refusal.AllowedCommands,
	}
	for _, i := range a.Refusal.Issues {
		answer.Issues = append(answer.Issues, message.Issue(i))
	}
	if v := a.Order; v != nil {
		answer.Version, answer.Status = v.Version, v.Order.Status
		answer.PaymentStatus = v.Order.PaymentStatus()
		answer.FulfillmentStatus = v.Order.FulfillmentStatus()
	}
	return answer.Encode()
}
