package asyncapi

import (
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"orders/adapters/http/order"
	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/app/inlet"
)

const (
	answerName     = "answer"
	deadLetterName = "deadLetter"
)

var answerType = reflect.TypeFor[message.Answer]()

// What an answer may be.
var (
	answered = message.Answer{
		ID: "cap_1", Command: "capturePayment", Outcome: message.Done, OrderID: wire.ExampleID,
		Version: 4, Status: "CONFIRMED", PaymentStatus: "PAID", FulfillmentStatus: "UNFULFILLED",
	}
	refused = message.Answer{
		ID: "cap_2", Command: "capturePayment", Outcome: message.Refused, OrderID: wire.ExampleID,
		Code: "amount-exceeded", Detail: "the amount is more than is left",
	}
)

// onBoth are the headers of a command on every broker.
var onBoth = []header{
	{
		name: inlet.HeaderOrderID, example: wire.ExampleID, isOptional: true,
		text: "The order. Every command but create needs it.",
	},
	{
		name: inlet.HeaderAuthorization, example: "Bearer eyJhbGciOi...", isOptional: true,
		text: "The token of the sender, if it is not the service's own actor (COMMANDS_ACTOR).",
	},
	{
		name: inlet.HeaderRequestID, example: "req-42", isOptional: true,
		text: "An id for the log and the order's history.",
	},
	{
		name: inlet.HeaderTraceparent, isOptional: true,
		example: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		text: "W3C trace context. A service that traces goes on with that trace; the change is " +
			"stored with the context.",
	},
	{
		name: inlet.HeaderTracestate, isOptional: true, example: "vendor=00f067aa0ba902b7",
		text: "What the sender's tracing adds to that.",
	},
}

// onKafka are what RabbitMQ has properties for: type, message-id, reply-to and correlation-id.
var onKafka = []header{
	{name: "type", text: "The name of the command. `ce_type` will do, too.", example: "create"},
	{
		name: "id", example: "6f1c2a9e",
		text: "The Idempotency-Key of the command: a repetition gets the first answer. `ce_id` " +
			"will do, too.",
	},
	{
		name: "replyTo", example: "orders.results.shop", isOptional: true,
		text: "The topic for the answer. Its name begins with orders.results.",
	},
	{
		name: "correlationId", example: "6f1c2a9e", isOptional: true,
		text: "That of the answer; the id if it is missing.",
	},
}

const propertiesText = "The headers on RabbitMQ, beside its properties type (the name of the " +
	"command), message-id (its Idempotency-Key), reply-to and correlation-id."

// addBodies adds the schemas of bodies, as OpenAPI has them: those of commands have no other
// fields, but for a new order, whose unknown fields may be ignored; and an answer may get more.
func addBodies(r huma.Registry) {
	r.SchemaFromRef(r.Schema(answerType, true, "").Ref).Examples = []any{answered}
	for _, b := range order.Bodies() {
		r.Schema(b.Type, true, "")
	}
	for _, s := range r.Map() {
		s.AdditionalProperties = nil
	}
	for _, b := range order.Bodies() {
		if b.Command != message.Create {
			wire.CloseType(r, b.Type)
		}
	}
}

// addCommands adds a message for each command, and returns their names.
func (c *components) addCommands() (names []string) {
	either := []any{
		c.addHeaders("CommandHeadersOnKafka",
			headers("The headers on Kafka.", "", slices.Concat(onKafka, onBoth))),
		c.addHeaders("CommandHeadersOnRabbitMQ", headers(propertiesText, "", onBoth)),
	}
	for _, b := range order.Bodies() {
		names = append(names, b.Command)
		headed := object{
			"type": "object", "anyOf": either,
			"properties": object{"type": object{"const": b.Command}},
		}
		if b.Command != message.Create {
			headed["required"] = []string{inlet.HeaderOrderID}
		}
		c.messages[b.Command] = object{
			"name": b.Command, "title": b.Command, "summary": b.Summary,
			"contentType": message.ContentType, "headers": headed,
			"payload": c.registry.Schema(b.Type, true, ""),
			"tags":    onCommands, "bindings": keyed(b.Command),
			"correlationId": object{"location": "$message.header#/correlationId"},
		}
	}
	return names
}

// addAnswers adds the messages that the service sends because of commands.
func (c *components) addAnswers() {
	c.messages[answerName] = object{
		"name": answerName, "title": "Answer", "contentType": message.ContentType,
		"summary": "What became of a command.", "tags": onCommands,
		"correlationId": object{"location": "$message.header#/correlationId"},
		"headers": headers("On Kafka. RabbitMQ has properties for them.", "", []header{
			{
				name: "correlationId", example: "6f1c2a9e", isOptional: true,
				text: "That of the command; its id, if it had none.",
			},
			contentType,
		}),
		"payload": c.registry.Schema(answerType, true, ""),
		"examples": []any{
			object{"name": "done", "payload": answered},
			object{"name": "refused", "payload": refused},
		},
	}
	c.messages[deadLetterName] = object{
		"name": deadLetterName, "title": "Dead letter",
		"summary": "A message that is no command, as it came, and why it is none.",
		"tags":    onCommands,
		"headers": headers("Those that the message had, but for its token, and these.", "",
			ofDeadLetters),
		"payload": object{"description": "The body as it came, whatever it is."},
	}
}

var ofDeadLetters = []header{
	{name: inlet.HeaderCode, text: "Why, for programs.", example: "command-unknown"},
	{
		name: inlet.HeaderReason, text: "Why, in words.",
		example: "there is no command of this name",
	},
	{
		name: "deadOffset", isOptional: true, example: "orders.commands/0/42",
		text: "The topic, the partition and the offset that it had on Kafka.",
	},
	{
		name: inlet.HeaderOmitted, isOptional: true, example: "body",
		text: "What the message had and was too large to be kept.",
	},
}
