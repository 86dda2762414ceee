package asyncapi

import (
	"encoding/json"

	"orders/adapters/http/wire"
	"orders/adapters/message"
	"orders/domain/order"
)

// attributes are those of a CloudEvent that tells of an order.
var attributes = []header{
	{name: "specversion", text: "The version of CloudEvents.", example: "1.0"},
	{
		name: "id", example: wire.ExampleID + "/12/1",
		text: "The orderId, the version that the commit made, and the number of the event in it. " +
			"The same whenever the event is told again.",
	},
	{name: "source", text: "The service (EVENTS_SOURCE).", example: "/orders"},
	{
		name: "type", example: "orders.OrderCreated.v1",
		text: "What happened, and the number of the schema of the data.",
	},
	{name: "subject", text: "The orderId.", example: wire.ExampleID},
	{name: "time", text: "When it was committed, in UTC.", example: wire.ExampleTime},
	{
		name: "dataschema", example: "https://shop.example/schemas/OrderCreated/1.json",
		text: "The address of the schema of the data, if the service has a PUBLIC_URL.",

		isOptional: true,
	},
	{
		name: "sequence", example: "000012.01",
		text: "The version and the number of the event. Sorts the events of an order as a text.",
	},
	{
		name: "commitsize", example: "1",
		text: "How many events the commit has. They are told one right after the other.",
	},
	{name: "partitionkey", text: "The orderId.", example: wire.ExampleID},
	{
		name: "traceparent", example: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		text: "The W3C trace context of the command, if it had one.", isOptional: true,
	},
	{
		name: "dataref", isOptional: true,
		example: message.QueryRoot + "/" + wire.ExampleID + "/history?limit=1&cursor=AAwAAA",
		text: "Where the event is in the order's history, instead of data that would exceed " +
			"EVENT_MAX_BYTES. The body is empty then.",
	},
}

// contentType is a header on Kafka, and a property of messages on RabbitMQ.
var contentType = header{
	name: "content-type", text: "That of the body, if there is one.",
	example: message.ContentType, isOptional: true,
}

// markerName is the name of the one message in the stream of RabbitMQ that is no event.
const markerName = "marker"

const (
	kafkaPrefix = "ce_"
	amqpPrefix  = "cloudEvents:"
)

// addEvents adds a message for each type of event, and returns their names.
func (c *components) addEvents() (names []string) {
	onKafka := headers("The headers on Kafka.", kafkaPrefix, attributes)
	more := headers("", "", []header{contentType})["properties"].(object)
	onKafka["properties"].(object)[contentType.name] = more[contentType.name]
	either := []any{
		c.addHeaders("EventHeadersOnKafka", onKafka),
		c.addHeaders("EventHeadersOnRabbitMQ",
			headers("The headers on RabbitMQ.", amqpPrefix, attributes)),
	}
	for _, e := range message.EventTypes {
		names = append(names, e.Name)
		c.others[e.Name] = dataSchema(e)
		is := object{"const": e.PublicName()}
		c.messages[e.Name] = object{
			"name": e.PublicName(), "title": e.Name, "summary": e.Summary,
			"contentType": message.ContentType,
			"headers": object{
				"type": "object", "oneOf": either,
				"properties": object{kafkaPrefix + "type": is, amqpPrefix + "type": is},
			},
			"payload":  ref("components/schemas/" + e.Name),
			"tags":     onEvents,
			"bindings": keyed(e.PublicName()),
		}
	}
	c.messages[markerName] = object{
		"name": "orders.marker", "title": "Marker", "payload": object{},
		"summary": "No event, but a place in the stream of RabbitMQ, for the service itself. " +
			"Consumers pass it over: its type is orders.marker, and it has no headers.",
		"tags": onEvents,
		"bindings": object{"amqp": object{
			"messageType": "orders.marker", "bindingVersion": amqpBinding,
		}},
	}
	return names
}

// keyed says that the key of a message on Kafka is an orderId.
func keyed(amqpType string) object {
	return object{
		"kafka": object{
			"key":            object{"type": "string", "pattern": order.IDPattern},
			"bindingVersion": kafkaBinding,
		},
		"amqp": object{"messageType": amqpType, "bindingVersion": amqpBinding},
	}
}

// dataSchema is the newest schema of an event's data, as its address has it.
func dataSchema(e message.EventType) (schema object) {
	text, _ := message.SchemaAt(e.SchemaPath())
	_ = json.Unmarshal(text, &schema) // A test reads all schemas.
	delete(schema, "$schema")         // AsyncAPI has one of its own.
	return schema
}
