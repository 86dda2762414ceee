package message

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
)

// An Outcome is what became of a command that a message asked for.
type Outcome string

// The outcomes.
const (
	Done     Outcome = "done"     // It was carried out, or had taken effect before.
	Replayed Outcome = "replayed" // A message with this id came before; this is its answer.
	Refused  Outcome = "refused"  // It changed nothing; the code says why.
	Dead     Outcome = "dead"     // The message is among the dead letters; the code says why.
)

// An Answer is the body of a message that answers one with a command.
type Answer struct {
	ID      string  `json:"id" doc:"The id of the message with the command." example:"cap_1"`
	Command string  `json:"command" doc:"The name of the command." example:"capturePayment"`
	Outcome Outcome `json:"outcome" enum:"done,replayed,refused,dead" doc:"What became of it: done, now or before; replayed, as a message with this id came before; refused, and nothing was changed; dead, if it is among the dead letters."`

	OrderID           order.ID                `json:"orderId,omitzero" doc:"The order's id." example:"ord_k2jh7yq4mz5vxw3n6tbacdefgh"`
	Version           int                     `json:"version,omitzero" doc:"The order's version after the command; if it is replayed, after the first one." example:"3"`
	Status            order.Status            `json:"status,omitzero" doc:"The order's status at this version." example:"CONFIRMED"`
	PaymentStatus     order.PaymentStatus     `json:"paymentStatus,omitzero" doc:"How much of it is paid." example:"PAID"`
	FulfillmentStatus order.FulfillmentStatus `json:"fulfillmentStatus,omitzero" doc:"How much of it is shipped." example:"UNFULFILLED"`

	Code            string       `json:"code,omitzero" doc:"Why it was refused or is dead, for programs: the code of HTTP's problems, or one of messages." example:"amount-exceeded"`
	Detail          string       `json:"detail,omitzero" doc:"The same in words." example:"the amount is more than is left"`
	Issues          []Issue      `json:"issues,omitzero" doc:"Every invalid value, at most 50."`
	CurrentStatus   order.Status `json:"currentStatus,omitzero" doc:"The order's status, if its state rules the command out." example:"CANCELLED"`
	AllowedCommands []string     `json:"allowedCommands,omitzero" doc:"The commands that are allowed instead, and to the sender."`
}

// An Issue is one wrong value of a message.
type Issue struct {
	Path    []any  `json:"path" doc:"The path of the value in the body: names and indexes, from the outside in."`
	Message string `json:"message" doc:"What is wrong with the value." example:"must be from 1 to 1000000"`
}

// Encode returns the JSON of an answer.
func (a Answer) Encode() []byte {
	text, _ := json.Marshal(a, jsontext.AllowInvalidUTF8(true)) // Nothing else can fail.
	return text
}
