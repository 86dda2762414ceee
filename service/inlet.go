package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.uber.org/fx"

	"orders/adapters/message"
	"orders/app/access"
	"orders/app/command"
	"orders/app/inlet"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

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
	}
	return nil
}

// commands carries out the commands of messages, in processes that carry out commands.
func (c Config) commands() fx.Option {
	if !c.Commands.isSome() || !c.has(Command) {
		return fx.Options()
	}
	return fx.Invoke(func(life fx.Lifecycle, p inletParts) error {
		r, err := c.Commands.broker().receiver(c,
			p.Observers.Traces.Serve(string(c.Commands), c.inlet(p).Serve), p.Log)
		if err == nil {
			run(life, r.Run)
		}
		return err
	})
}

// A runner works until its context ends.
type runner interface{ Run(ctx context.Context) }

// serve deals with a message.
type serve = func(context.Context, inlet.Delivery) error

// inletParts are what an inlet is made of.
type inletParts struct {
	fx.In
	Handler   *command.Handler
	Tokens    ports.Authenticator `optional:"true"`
	Budget    *budget.Budget
	Log       *slog.Logger
	Observers observers
}

// inlet is what carries out the commands of messages.
func (c Config) inlet(p inletParts) *inlet.Inlet {
	ignored := message.NewIgnoredNames(p.Log)
	return inlet.New(p.Handler, bodies{message.Reader{
		Currency: order.Currency(c.Currency), Strict: c.Strict,
	}}, p.Tokens, p.Budget, inlet.Config{
		Actor: cmp.Or(c.CommandsActor, actorDefault), Ignored: ignored.Log,
		Timeout: cmp.Or(c.Timeout, timeoutDefault), Answered: p.Observers.Messages,
	}, p.Log)
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
