package kafka

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/app/inlet"
	"orders/domain/order"
)

// The headers of messages that AMQP has properties for. The first two may be those of CloudEvents.
const (
	headerType          = "type"
	headerID            = "id"
	headerReplyTo       = "replyTo"
	headerCorrelationID = "correlationId"

	cloudEvent = "ce_"
)

// A letter is a message with a command.
type letter struct {
	*kgo.Record
	out *sender
}

// header is the first header of that name; it is empty if there is none.
func (l letter) header(name string) string {
	for _, h := range l.Headers {
		if h.Key == name {
			return string(h.Value)
		}
	}
	return ""
}

// known are the headers with a meaning, none of which may come twice.
var known = []string{
	headerType, headerID, headerReplyTo, headerCorrelationID, cloudEvent + headerType,
	cloudEvent + headerID, inlet.HeaderOrderID, inlet.HeaderAuthorization, inlet.HeaderRequestID,
	inlet.HeaderTraceparent,
}

// Message implements inlet.Delivery.
func (l letter) Message() inlet.Message {
	m := inlet.Message{
		ID:            l.id(),
		Command:       cmp.Or(l.header(headerType), l.header(cloudEvent+headerType)),
		OrderID:       order.ID(l.header(inlet.HeaderOrderID)),
		Authorization: l.header(inlet.HeaderAuthorization),
		RequestID:     l.header(inlet.HeaderRequestID),
		Traceparent:   l.header(inlet.HeaderTraceparent),
		Body:          l.Value, Replies: l.header(headerReplyTo) != "",
	}
	times := map[string]int{}
	for _, h := range l.Headers {
		times[h.Key]++
	}
	for _, name := range known {
		if times[name] > 1 {
			m.Flaw = fmt.Sprintf("the header %s comes twice", name)
		}
	}
	return m
}

func (l letter) id() string { return cmp.Or(l.header(headerID), l.header(cloudEvent+headerID)) }

// Answer implements inlet.Delivery. Where the topic for the reply cannot be written, the answer
// goes to the results.
func (l letter) Answer(ctx context.Context, body []byte) error {
	correlation := cmp.Or(l.header(headerCorrelationID), l.id())
	r := kgo.Record{
		Topic: inlet.Results, Key: []byte(l.header(inlet.HeaderOrderID)), Value: body,
		Headers: []kgo.RecordHeader{
			{Key: headerCorrelationID, Value: []byte(correlation)},
			{Key: "content-type", Value: []byte("application/json")},
		},
	}
	if reply := l.header(headerReplyTo); mayReplyTo(reply) {
		to := r
		to.Topic = reply
		if err := l.out.send(ctx, to); !isNoTopic(err) {
			return err
		}
	}
	return l.out.send(ctx, r)
}

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
func (l letter) Bury(ctx context.Context, why inlet.Reason) error {
	dead := kgo.Record{
		Topic: inlet.DeadLetters, Key: l.Key, Value: l.Value, Headers: l.reason(why),
	}
	for _, h := range l.Headers {
		if h.Key != inlet.HeaderAuthorization {
			dead.Headers = append(dead.Headers, h)
		}
	}
	err := l.out.send(ctx, dead)
	if !errors.Is(err, kerr.MessageTooLarge) {
		return err
	}
	dead.Value, dead.Key = nil, nil
	dead.Headers = append(dead.Headers, omitted("body"))
	if err = l.out.send(ctx, dead); errors.Is(err, kerr.MessageTooLarge) {
		dead.Headers = append(l.reason(why), omitted("body, headers"))
		err = l.out.send(ctx, dead)
	}
	return err
}

// reason are the headers of a dead letter that say why it is one, and where the message was.
func (l letter) reason(why inlet.Reason) []kgo.RecordHeader {
	at := fmt.Sprintf("%s/%d/%d", l.Topic, l.Partition, l.Offset)
	return []kgo.RecordHeader{
		{Key: inlet.HeaderCode, Value: []byte(why.Code)},
		{Key: inlet.HeaderReason, Value: []byte(why.Detail)},
		{Key: "deadOffset", Value: []byte(at)},
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
