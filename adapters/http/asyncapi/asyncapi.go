// Package asyncapi describes the messages of the service, as OpenAPI does its requests.
package asyncapi

import (
	"encoding/json"
	"slices"

	"orders/adapters/http/order"
	"orders/adapters/http/wire"
)

type object = map[string]any

const infoText = "What the service tells brokers of orders, and the commands that it takes from " +
	"them. Every process describes all of it, whichever brokers it is configured for.\n\n" +
	"Each event of an order is a CloudEvent 1.0 in binary mode: its attributes are headers, its " +
	"data are the body. Each is told at least once, and the events of an order come in order: " +
	"whoever handles them drops what it has seen, by the id, and what is not newer than what it " +
	"has, by the sequence. A command is a message with the name, the body and the rules that the " +
	"command has over HTTP; its id makes it safe to send again."

// Document returns the AsyncAPI document, as JSON, of a version of the service.
func Document(version string) ([]byte, error) {
	r := wire.Schemas()
	order.Describe(r)
	addBodies(r)
	all := newComponents(r)
	events, commands := all.addEvents(), all.addCommands()
	all.addAnswers()
	schemas, err := all.schemas()
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(object{
		"asyncapi": "3.0.0",
		"info": object{
			"title": "Orders: messages", "version": version, "description": infoText,
			"contact": object{"name": "The order service authors"},
			"license": object{"name": "MIT License", "url": "https://opensource.org/license/mit"},
			"tags":    slices.Concat(onEvents, onCommands),
		},
		"defaultContentType": "application/json",
		"servers":            servers,
		"channels":           channels(events, commands),
		"operations":         operations,
		"components": object{
			"schemas": schemas, "messages": all.messages,
			"tags": object{
				"events":   object{"name": "events", "description": "What happened."},
				"commands": object{"name": "commands", "description": "What to do."},
			},
		},
	}, "", "  ")
}

// The tags of messages and operations.
var (
	onEvents   = []any{ref("components/tags/events")}
	onCommands = []any{ref("components/tags/commands")}
)

var servers = object{
	"kafka": object{
		"host": "localhost:9092", "protocol": "kafka",
		"description": "The brokers that KAFKA_BROKERS names.",
	},
	"rabbitmq": object{
		"host": "localhost:5672", "protocol": "amqp", "protocolVersion": "0.9.1",
		"description": "The broker that AMQP_URL names; over TLS if that begins with amqps.",
	},
}

func ref(path string) object { return object{"$ref": "#/" + path} }
