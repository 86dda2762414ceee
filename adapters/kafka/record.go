package kafka

import (
	"github.com/twmb/franz-go/pkg/kgo"

	"orders/adapters/message"
	"orders/ports"
)

// The names of headers, by CloudEvents' binding for Kafka, binary mode.
const (
	attributePrefix = "ce_"
	idAttribute     = attributePrefix + "id"
	typeAttribute   = attributePrefix + "type"

	headerContentType = "content-type"
)

// recordOf makes the message of an event. It has the time of publishing, not that of the event: by
// the latter a broker would drop, as too old, what is told again. Its value is never null, which
// would mean to delete the key where the topic is copied into one that is compacted.
func recordOf(e message.CloudEvent, topic string, partition int32) *kgo.Record {
	r := &kgo.Record{
		Topic: topic, Partition: partition, Key: []byte(e.Subject), Value: e.Data,
	}
	for name, value := range e.Attributes() {
		r.Headers = append(r.Headers, kgo.RecordHeader{
			Key: attributePrefix + name, Value: []byte(value),
		})
	}
	if e.Data == nil {
		r.Value = []byte{}
		return r
	}
	r.Headers = append(r.Headers, kgo.RecordHeader{
		Key: headerContentType, Value: []byte(e.ContentType),
	})
	return r
}

// noticeOf reads which commit a message is of. It reports false for a message of somebody else.
func noticeOf(r *kgo.Record) (ports.Notice, bool) {
	for _, h := range r.Headers {
		if h.Key == idAttribute {
			return message.NoticeOf(string(h.Value))
		}
	}
	return ports.Notice{}, false
}
