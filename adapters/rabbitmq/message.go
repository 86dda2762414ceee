package rabbitmq

import (
	"fmt"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/ports"
)

// CloudEvents in binary mode have their attributes in headers with this prefix.
const (
	attribute   = "cloudEvents:"
	idAttribute = attribute + "id"
)

// markerType is the type of messages that only mark a place in the stream.
const markerType = "orders.marker"

// outgoing is a message to be published.
type outgoing struct {
	key string // Its routing key.
	amqp.Publishing
}

// messages are those of a commit's events.
func (c Config) messages(commit ports.Commit) ([]outgoing, error) {
	events, err := c.Envelope.Events(commit)
	if err != nil {
		return nil, err
	}
	all := make([]outgoing, len(events))
	for i, e := range events {
		headers := amqp.Table{}
		for name, value := range e.Attributes() {
			headers[attribute+name] = value
		}
		all[i] = outgoing{"order." + commit.Events[i].Type(), amqp.Publishing{
			DeliveryMode: amqp.Persistent, MessageId: e.ID, Type: e.Type, Timestamp: commit.At,
			ContentType: e.ContentType, Headers: headers, Body: e.Data,
		}}
	}
	return all, nil
}

// marker is a message that marks a place.
func marker(id string) amqp.Publishing {
	return amqp.Publishing{DeliveryMode: amqp.Persistent, MessageId: id, Type: markerType}
}

// streamOffset is the number of a message in its stream.
func streamOffset(d amqp.Delivery) (int64, error) {
	const header = "x-stream-offset"
	at, ok := d.Headers[header].(int64)
	if !ok {
		return 0, fmt.Errorf("a message has the %s %v: the queue is no stream", header,
			d.Headers[header])
	}
	return at, nil
}
