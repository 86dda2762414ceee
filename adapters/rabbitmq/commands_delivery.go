package rabbitmq

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"strings"

	amqp "github.com/rabbitmq/amqp091-go"

	"orders/adapters/message"
	"orders/app/inlet"
	"orders/domain/order"
)

// A delivery is a message with a command.
type delivery struct {
	amqp.Delivery
	out *sender
}

// text is a header that is a text; it is empty if there is no such header.
func (d delivery) text(header string) string {
	switch value := d.Headers[header].(type) {
	case string:
		return value
	case []byte:
		return string(value)
	}
	return ""
}

// Message implements inlet.Delivery.
func (d delivery) Message() inlet.Message {
	m := inlet.Message{
		ID: d.MessageId, Command: d.Type, OrderID: order.ID(d.text(inlet.HeaderOrderID)),
		Authorization: d.text(inlet.HeaderAuthorization),
		RequestID:     d.text(inlet.HeaderRequestID),
		Traceparent:   d.text(inlet.HeaderTraceparent),
		Tracestate:    d.text(inlet.HeaderTracestate),
		Body:          d.Body, Replies: d.ReplyTo != "",
	}
	for _, name := range []string{
		inlet.HeaderOrderID, inlet.HeaderAuthorization, inlet.HeaderRequestID,
		inlet.HeaderTraceparent,
	} {
		if d.Headers[name] != nil && d.text(name) == "" {
			m.Flaw = fmt.Sprintf("the header %s is empty, or no text", name)
		}
	}
	if d.Headers[headersOmitted] != nil {
		m.Flaw = "it has too many headers"
	}
	return m
}

// directReply begins the names that RabbitMQ makes up for replies without a queue. The broker would
// return a mandatory message to such a name.
const directReply = "amq.rabbitmq.reply-to."

// Answer implements inlet.Delivery. Where the reply queue is gone, or full, the answer
// goes to the results.
func (d delivery) Answer(ctx context.Context, body []byte) error {
	p := amqp.Publishing{
		DeliveryMode: amqp.Persistent, ContentType: message.ContentType, MessageId: rand.Text(),
		CorrelationId: cmp.Or(d.CorrelationId, d.MessageId), Body: body,
	}
	if mayReplyTo(d.ReplyTo) {
		err := d.out.send(ctx, d.ReplyTo, p, !strings.HasPrefix(d.ReplyTo, directReply))
		if !errors.Is(err, errReturned) && !errors.Is(err, errNacked) {
			return err
		}
	}
	return d.out.sendHere(ctx, inlet.Results, p)
}

// mayReplyTo reports whether answers may go to a queue: of those of this service only to results.
func mayReplyTo(queue string) bool {
	return queue != "" &&
		(!strings.HasPrefix(queue, "orders.") || strings.HasPrefix(queue, inlet.Results))
}

// headersMax is how large the headers of a dead letter may be, about: they must fit into a frame.
const headersMax = 32 << 10

// encodedSize is how many bytes a value has in a frame, or some more.
func encodedSize(value any) (size int) {
	switch v := value.(type) {
	case amqp.Table:
		for name, each := range v {
			size += len(name) + encodedSize(each)
		}
	case []any:
		for _, each := range v {
			size += encodedSize(each)
		}
	case string:
		size = len(v)
	case []byte:
		size = len(v)
	}
	return size + 10
}

// ownReply, as where the answer goes, has the broker close the channel.
const ownReply = "amq.rabbitmq.reply-to"

// mayKeep reports whether a dead letter may keep a header: no secret, and none by which the broker
// does more than to keep it, such as to put it also into the queue whence it comes.
func mayKeep(header string) bool {
	return header != inlet.HeaderAuthorization && header != "CC" && header != "BCC" &&
		!strings.HasPrefix(header, "x-")
}

// Bury implements inlet.Delivery.
func (d delivery) Bury(ctx context.Context, why inlet.Reason) error {
	p := amqp.Publishing{
		DeliveryMode: amqp.Persistent, ContentType: d.ContentType,
		ContentEncoding: d.ContentEncoding, MessageId: d.MessageId, Type: d.Type,
		CorrelationId: d.CorrelationId, ReplyTo: d.ReplyTo, Timestamp: d.Timestamp,
		AppId: d.AppId, Body: d.Body,
	}
	var omitted []string
	p.Headers = maps.Clone(d.Headers)
	if encodedSize(d.Headers) > headersMax || d.Headers.Validate() != nil {
		p.Headers, omitted = nil, append(omitted, "headers")
	}
	if p.Headers == nil {
		p.Headers = amqp.Table{}
	}
	if len(d.Body) > inlet.BodyMax {
		p.Body, omitted = nil, append(omitted, "body")
	}
	maps.DeleteFunc(p.Headers, func(name string, _ any) bool { return !mayKeep(name) })
	if p.ReplyTo == ownReply {
		p.ReplyTo = ""
	}
	p.Headers[inlet.HeaderCode], p.Headers[inlet.HeaderReason] = why.Code, why.Detail
	if omitted != nil {
		p.Headers[inlet.HeaderOmitted] = strings.Join(omitted, ", ")
	}
	return d.out.sendHere(ctx, inlet.DeadLetters, p)
}
