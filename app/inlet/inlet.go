// Package inlet makes commands of messages, and answers of what becomes of them. It knows no
// broker.
package inlet

import (
	"context"
	"log/slog"
	"time"

	"orders/app/access"
	"orders/app/command"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

// The topics or queues of every broker.
const (
	Commands    = "orders.commands"
	Results     = "orders.results"
	DeadLetters = "orders.commands.dead"
)

// The headers of messages, beside those that a broker has names for.
const (
	HeaderOrderID       = "orderId"
	HeaderAuthorization = "authorization" // No dead letter has it.
	HeaderRequestID     = "requestId"
	HeaderTraceparent   = "traceparent"
	HeaderTracestate    = "tracestate"

	// Of dead letters.
	HeaderCode, HeaderReason = "deadCode", "deadReason"
	HeaderOmitted            = "deadOmitted" // What the message had and the dead letter lacks.
)

// BodyMax is how many bytes the body of a message may have, as that of a request.
const BodyMax = 1 << 20

// A Message asks for a command.
type Message struct {
	ID            string // The Idempotency-Key of the command.
	Command       string // The command's name.
	OrderID       order.ID
	Authorization string // As in HTTP; empty for none.
	RequestID     string // May be empty.
	Traceparent   string // May be empty.
	Tracestate    string // The same.
	Body          []byte
	Replies       bool   // It says where its answer goes.
	Flaw          string // What its adapter could not read of it; empty for nothing.
}

// A Delivery is a message that a broker delivers until it is acknowledged.
type Delivery interface {
	Message() Message
	// Answer sends the answer to the message, and returns nil once the broker has it durably.
	Answer(ctx context.Context, body []byte) error
	// Bury puts the message among the dead letters, and returns nil once they are durable.
	Bury(ctx context.Context, why Reason) error
}

// A Reason says why a message is a dead letter.
type Reason struct{ Code, Detail string }

// A Format is how the bodies of messages are written.
type Format interface {
	// Knows reports whether there is a command of this name.
	Knows(command string) bool
	// Read returns what a body asks for. The error is ErrMalformed if that cannot be read, else an
	// *order.Error.
	Read(command string, body []byte, by access.Caller) (Draft, error)
	// Write returns the body of an answer.
	Write(Answer) []byte
}

// A Draft is what a body asks for.
type Draft struct {
	Command     order.Command
	AnyCurrency bool                  // See command.Request.
	Ignored     []string              // Names in the body that nobody knows.
	Explain     func(err error) error // Finds better words for the refusal of the command.
}

// An Answer tells the sender of a message what became of its command.
type Answer struct {
	ID, Command string
	OrderID     order.ID
	Order       *ports.OrderView // As the command left it; nil if it was not carried out.
	Replayed    bool             // It repeats the answer to an earlier message with the ID.
	Refusal     command.Refusal
	Dead        bool // The message is a dead letter.
}

// A Config is what can be chosen about an Inlet.
type Config struct {
	Actor   string        // The subject of messages without a token.
	Timeout time.Duration // Of each attempt at a command.
	Ignored func(ctx context.Context, names []string, requestID string)
	// Answered is told what became of each message that was dealt with. Nil for nobody.
	Answered func(Answer)
}

// Issuer vouches for the actor of messages without a token: whoever may send them does.
const Issuer = Commands

// An Inlet carries out the commands of messages.
type Inlet struct {
	handler *command.Handler
	format  Format
	tokens  ports.Authenticator // Nil where nobody needs a token.
	budget  *budget.Budget
	config  Config
	own     access.Caller // Of messages without a token.
	outage  *outage
	log     *slog.Logger
}

// New returns an Inlet whose commands the handler carries out.
func New(
	h *command.Handler, f Format, tokens ports.Authenticator, b *budget.Budget, c Config,
	log *slog.Logger,
) *Inlet {
	own := access.Named(ports.Identity{
		Actor:  ports.Actor{Subject: c.Actor, Issuer: Issuer},
		Scopes: []string{string(access.Manage)},
	})
	return &Inlet{h, f, tokens, b, c, own, &outage{log: log}, log}
}
