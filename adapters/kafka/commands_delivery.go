package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/adapters/message"
	"orders/app/inlet"
	"orders/domain/order"
)

// The headers of messages that AMQP has properties for. The first two may be those of CloudEvents.
const (
	headerType          = "type"
	headerID            = "id"
	headerReplyTo       = "replyTo"
	headerCorrelationID = "correlationId"
	headerOffset        = "deadOffset" // Of dead letters: where the message was.
)

// A delivery is a message with a command.
type delivery struct {
	*kgo.Record
	out *sender
}

// header is the first header of that name; it is empty if there is none.
func (d delivery) header(name string) string {
	for _, h := range d.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// known are the headers with a meaning, none of which may come twice.
var known = []string{
	headerType, headerID, headerReplyTo, headerCorrelationID, typeAttribute,
	idAttribute, inlet.HeaderOrderID, inlet.HeaderAuthorization, inlet.HeaderRequestID,
	inlet.HeaderTraceparent,
}

// Message implements inlet.Delivery.
func (d delivery) Message() inlet.Message {
	m := inlet.Message{
		ID:            d.id(),
		Command:       cmp.Or(d.header(headerType), d.header(typeAttribute)),
		OrderID:       order.ID(d.header(inlet.HeaderOrderID)),
		Authorization: d.header(inlet.HeaderAuthorization),
		RequestID:     d.header(inlet.HeaderRequestID),
		Traceparent:   d.header(inlet.HeaderTraceparent),
		Tracestate:    d.header(inlet.HeaderTracestate),
		Body:          d.Value, Replies: d.header(headerReplyTo) != "",
	}
	times := map[string]int{}
	for _, h := range d.Headers {
		times[h.Key]++
	}
	for _, name := range known {
		if times[name] > 1 {
			m.Flaw = fmt.Sprintf("the header %s comes twice", name)
		}
	}
	return m
}

func (d delivery) id() string { return cmp.Or(d.header(headerID), d.header(idAttribute)) }

// Answer implements inlet.Delivery. Where the topic for the reply cannot be written, the answer
// goes to the results.
func (d delivery) Answer(ctx context.Context, body []byte) error {
	correlation := cmp.Or(d.header(headerCorrelationID), d.id())
	r := kgo.Record{
		Topic: inlet.Results, Value: body,
		Headers: []kgo.RecordHeader{
			{Key: headerCorrelationID, Value: []byte(correlation)},
			{Key: headerContentType, Value: []byte(message.ContentType)},
		},
	}
	if id := order.ID(d.header(inlet.HeaderOrderID)); id.Valid() {
		r.Key = []byte(id)
	}
	if reply := d.header(headerReplyTo); mayReplyTo(reply) {
		to := r
		to.Topic = reply
		err := d.out.send(ctx, to)
		if !isNoTopic(err) && !errors.Is(err, kerr.MessageTooLarge) {
			return err
		}
	}
	err := d.out.send(ctx, r)
	if errors.Is(err, kerr.MessageTooLarge) && len(correlation) > correlationMax {
		r.Headers[0].Value = r.Headers[0].Value[:correlationMax]
		err = d.out.send(ctx, r)
	}
	if errors.Is(err, kerr.MessageTooLarge) {
		r.Value, r.Headers = nil, append(r.Headers, omitted("body"))
		err = d.out.send(ctx, r)
	}
	return err
}

// correlationMax is how much of a correlation id an answer keeps that is too large otherwise.
const correlationMax = 1 << 10

// mayReplyTo reports whether answers may go to a topic: a sender does not choose among all topics
// that this service may write.
func mayReplyTo(topic string) bool { return strings.HasPrefix(topic, inlet.Results) }

// isNoTopic reports whether err says that a topic is missing or not for this service.
func isNoTopic(err error) bool {
	for _, reason := range []error{
		kerr.UnknownTopicOrPartition, kerr.InvalidTopicException, kerr.TopicAuthorizationFailed,
	} {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

// Bury implements inlet.Delivery. What is too large for a dead letter is left out.
func (d delivery) Bury(ctx context.Context, why inlet.Reason) error {
	dead := kgo.Record{
		Topic: inlet.DeadLetters, Key: d.Key, Value: d.Value, Headers: d.reason(why),
	}
	for _, h := range d.Headers {
		if h.Key != inlet.HeaderAuthorization {
			dead.Headers = append(dead.Headers, h)
		}
	}
	err := d.out.send(ctx, dead)
	if !errors.Is(err, kerr.MessageTooLarge) {
		return err
	}
	dead.Value, dead.Key = nil, nil
	dead.Headers = append(dead.Headers, omitted("body"))
	if err = d.out.send(ctx, dead); errors.Is(err, kerr.MessageTooLarge) {
		dead.Headers = append(d.reason(why), omitted("body, headers"))
		err = d.out.send(ctx, dead)
	}
	return err
}

// reason are the headers of a dead letter that say why it is one, and where the message was.
func (d delivery) reason(why inlet.Reason) []kgo.RecordHeader {
	at := fmt.Sprintf("%s/%d/%d", d.Topic, d.Partition, d.Offset)
	return []kgo.RecordHeader{
		{Key: inlet.HeaderCode, Value: []byte(why.Code)},
		{Key: inlet.HeaderReason, Value: []byte(why.Detail)},
		{Key: headerOffset, Value: []byte(at)},
	}
}

func omitted(what string) kgo.RecordHeader {
	return kgo.RecordHeader{Key: inlet.HeaderOmitted, Value: []byte(what)}
}

// A sender sends answers and dead letters.
type sender struct {
	client     *kgo.Client
	makeTopics func(context.Context) error
}

// send sends a record, and returns nil once the broker has it durably. It makes a topic of this
// service anew that somebody has deleted.
func (s *sender) send(ctx context.Context, r kgo.Record) error {
	err := s.client.ProduceSync(ctx, &r).FirstErr()
	if isNoTopic(err) && (r.Topic == inlet.Results || r.Topic == inlet.DeadLetters) {
		return errors.Join(err, s.makeTopics(ctx))
	}
	return err
}
