package asyncapi

import "orders/app/inlet"

const (
	eventsText = "Every event of every order. On Kafka it is a topic (KAFKA_TOPIC) whose key is " +
		"the orderId. On RabbitMQ it is a stream, for those who read from any place on, with " +
		"markers between the events; consumers with a queue of their own bind that to the " +
		"exchange instead."
	exchangeText = "The same events on RabbitMQ, for queues that are bound to the exchange: " +
		"`order.#` binds all, `order.OrderCreated` those of a type. What no other queue is " +
		"bound for is in the stream alone."
	commandsText = "Commands on orders. Those on one order are carried out in the order in " +
		"which they come, on Kafka if their key is the orderId. Whoever may write here may do " +
		"all that these commands do."
	resultsText = "What became of each command, unless its message says where the answer goes: " +
		"then it goes there, if that is a topic or queue which answers may go to."
	deadText = "Messages that nobody can read as a command, as they came, with the reason."
)

// channels are those of all brokers, with the names of the messages in them.
func channels(events, commands []string) object {
	inStream := append([]string{markerName}, events...)
	return object{
		"events": channel("orders.events", eventsText, inStream, object{
			"kafka": kafkaTopic("orders.events"), "amqp": amqpQueue("orders.events"),
		}),
		"eventsByType": object{
			"address": "order.{eventType}", "description": exchangeText,
			"servers": []any{ref("servers/rabbitmq")}, "messages": named(events),
			"parameters": object{"eventType": object{
				"description": "The type of the event, without its schema.", "enum": events,
			}},
			"bindings": object{"amqp": object{
				"is": "routingKey", "bindingVersion": amqpBinding,
				"exchange": object{
					"name": "orders", "type": "topic", "durable": true, "autoDelete": false,
					"vhost": "/",
				},
			}},
		},
		"commands":    queue(inlet.Commands, commandsText, commands),
		"results":     queue(inlet.Results, resultsText, []string{answerName}),
		"deadLetters": queue(inlet.DeadLetters, deadText, []string{deadLetterName}),
	}
}

const (
	kafkaBinding = "0.5.0"
	amqpBinding  = "0.3.0"
)

func kafkaTopic(name string) object {
	return object{"topic": name, "bindingVersion": kafkaBinding}
}

func amqpQueue(name string) object {
	return object{
		"is": "queue", "bindingVersion": amqpBinding,
		"queue": object{
			"name": name, "durable": true, "exclusive": false, "autoDelete": false, "vhost": "/",
		},
	}
}

// queue is a channel that is a topic on Kafka, and a queue on RabbitMQ.
func queue(address, text string, messages []string) object {
	return channel(address, text, messages, object{
		"kafka": kafkaTopic(address), "amqp": amqpQueue(address),
	})
}

func channel(address, text string, messages []string, bindings object) object {
	return object{
		"address": address, "description": text, "messages": named(messages),
		"servers":  []any{ref("servers/kafka"), ref("servers/rabbitmq")},
		"bindings": bindings,
	}
}

func named(messages []string) object {
	all := object{}
	for _, name := range messages {
		all[name] = ref("components/messages/" + name)
	}
	return all
}

// operations are what the service does.
var operations = object{
	"tellEvents": operation("send", "events", "Tell what happened", eventsText, onEvents),
	"tellEventsByType": operation("send", "eventsByType", "Tell it by type", exchangeText,
		onEvents),
	"receiveCommands": receiving(),
	"answerCommands": operation("send", "results", "Tell what became of commands", resultsText,
		onCommands),
	"buryMessages": operation("send", "deadLetters", "Put aside what is no command", deadText,
		onCommands),
}

func receiving() object {
	o := operation("receive", "commands", "Carry out commands", commandsText, onCommands)
	o["reply"] = object{
		"channel": ref("channels/results"),
		"address": object{
			"location":    "$message.header#/replyTo",
			"description": "On Kafka a topic whose name begins with " + inlet.Results + ".",
		},
	}
	return o
}

func operation(action, channel, summary, text string, tags []any) object {
	return object{
		"action": action, "channel": ref("channels/" + channel), "summary": summary,
		"description": text, "tags": tags,
	}
}
