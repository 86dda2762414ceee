package inlet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
)

// ErrMalformed means that nobody can read a body.
var ErrMalformed = errors.New("the body cannot be read")

// Internal is the code of an error that is nobody's but the service's own.
const Internal = "internal"

// What makes a message a dead letter, beside a malformed body.
var (
	ErrNoID = deadLetter("message-without-id",
		"the message has no id of 1 to 255 visible ASCII characters")
	ErrUnknown  = deadLetter("command-unknown", "there is no command of this name")
	ErrTooLarge = deadLetter("body-too-large", "a body may be at most 1 MiB")
	errInternal = deadLetter(Internal,
		"an internal error; it was logged with the id of the message")
)

// A deadError makes a message a dead letter.
type deadError struct{ command.Refusal }

func (e *deadError) Error() string { return e.Detail }

func deadLetter(code, detail string) *deadError {
	return &deadError{command.Refusal{Code: code, Detail: detail}}
}

// flawed is the code of a message of which its adapter could not read all.
const flawed = "message-unreadable"

// check returns why nobody can tell what a message asks for.
func (i *Inlet) check(m Message) error {
	switch {
	case m.Flaw != "":
		return deadLetter(flawed, m.Flaw)
	case !command.IsKey(m.ID):
		return ErrNoID
	case !i.format.Knows(m.Command):
		return ErrUnknown
	case len(m.Body) > BodyMax:
		return ErrTooLarge
	}
	return nil
}

// answer carries out the command of a message and returns the answer. After an error it is to be
// carried out again.
func (i *Inlet) answer(ctx context.Context, m Message) (Answer, error) {
	result, by, err := i.carryOut(ctx, m)
	// What a sender made up is cut, so that every broker takes the answer.
	a := Answer{ID: m.ID, Command: cut(m.Command), OrderID: order.ID(cut(string(m.OrderID)))}
	refusal, isRefused := command.RefusalOf(err)
	var dead *deadError
	switch {
	case err == nil:
		a.OrderID, a.Order, a.Replayed = result.ID, &result.OrderView, result.Replayed
	case errors.As(err, &dead):
		a.Refusal, a.Dead = dead.Refusal, true
	case errors.Is(err, ErrMalformed):
		a.Refusal, a.Dead = refusal, true
	case isRefused:
		a.Refusal = refusal
		a.Refusal.AllowedCommands = by.Class().Allowed(refusal.AllowedCommands)
	case isOutage(err):
		return a, err
	default:
		i.log.ErrorContext(ctx, "A command by message failed", slog.String("messageId", m.ID),
			slog.String("command", m.Command), slog.Any("error", err))
		a.Refusal, a.Dead = errInternal.Refusal, true
		if errors.Is(err, ports.ErrUnreadable) { // A newer program may carry it out.
			a.Refusal = command.Unreadable
		}
	}
	return a, nil
}

// isOutage reports whether the same command may succeed later.
func isOutage(err error) bool {
	for _, transient := range []error{
		ports.ErrUnavailable, ports.ErrOutcomeUnknown, context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, transient) {
			return true
		}
	}
	return false
}

// carryOut attempts the command of a message once, and returns who asked for it.
func (i *Inlet) carryOut(
	ctx context.Context, m Message,
) (result command.Result, by access.Caller, err error) {
	if err := i.check(m); err != nil {
		return result, by, err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, i.config.Timeout)
	defer cancel()
	ctx, account := i.budget.Open(ctx)
	defer account.Close()
	if err := account.Take(ctx, len(m.Body)); err != nil {
		return result, by, err
	}
	if by, err = i.caller(ctx, m); err == nil {
		err = by.May(m.Command)
	}
	if err == nil {
		result, err = i.handle(ctx, m, by)
	}
	return result, by, err
}

// handle carries out the command of a message for a caller who may ask for it.
func (i *Inlet) handle(
	ctx context.Context, m Message, by access.Caller,
) (command.Result, error) {
	draft, err := i.format.Read(m.Command, m.Body, by)
	if err != nil {
		return command.Result{}, err
	}
	r, err := request(m, draft, by)
	if err != nil {
		return command.Result{}, err
	}
	result, err := i.handler.Handle(ctx, r)
	if err == nil {
		i.config.Ignored(ctx, draft.Ignored, r.RequestID)
	}
	return result, draft.Explain(err)
}

// caller is who asks for the command of a message: whoever its token names, else the own actor.
// Where nobody needs a token, none is asked about.
func (i *Inlet) caller(ctx context.Context, m Message) (access.Caller, error) {
	if m.Authorization == "" || i.tokens == nil {
		return i.own, nil
	}
	token, err := access.Bearer(m.Authorization)
	if err != nil {
		return access.Caller{}, err
	}
	who, err := i.tokens.Authenticate(ctx, token)
	if err != nil {
		return access.Caller{}, err
	}
	return access.Named(who), nil
}

// request is what a message asks for, with what comes with it.
func request(m Message, d Draft, by access.Caller) (command.Request, error) {
	_, creates := d.Command.(order.Create)
	switch {
	case creates && m.OrderID != "":
		return command.Request{}, wrongOrderID("must be left out, as the order is new")
	case !creates && m.OrderID == "":
		return command.Request{}, wrongOrderID("is missing")
	case !creates && !m.OrderID.Valid():
		return command.Request{}, ports.ErrNotFound
	}
	r := command.Request{
		OrderID: m.OrderID, Command: d.Command, Key: m.ID, AnyCurrency: d.AnyCurrency,
		Caller: by, RequestID: m.RequestID, Traceparent: command.Traceparent(m.Traceparent),
	}
	if !command.IsRequestID(r.RequestID) {
		r.RequestID = m.ID // So the history leads to the message.
	}
	return r, nil
}

func wrongOrderID(what string) error {
	return &order.Error{
		Kind: order.Invalid, Code: order.ErrInvalid.Code, Message: "orderId " + what,
		Issues: []order.Issue{{Path: []any{"orderId"}, Message: what}},
	}
}
