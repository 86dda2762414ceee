package message

import (
	"iter"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A CloudEvent is an event of an order as brokers get it: CloudEvents 1.0.
type CloudEvent struct {
	ID          string // The order's id, the version and the number of the event in the commit.
	Source      string // The service.
	Type        string // The type of the event, and its schema.
	Subject     string // The order's id, which is also the key of the message.
	Time        string // When it was committed, in UTC.
	DataSchema  string // The address of the schema; empty if the service has no public one.
	Sequence    string // The version and the number. It sorts the events of an order as a text.
	CommitSize  int    // How many events the commit has, which are told one after the other.
	Traceparent string // The W3C trace context of the command; may be empty.
	DataRef     string // Where the event is in the order's history; empty with Data.
	Data        []byte // JSON; nil if it would be too large.
	ContentType string // That of Data; empty without.
}

const (
	specVersion = "1.0"
	// ContentType is that of the data of all events.
	ContentType = "application/json"
	// StructuredType is the content type of a CloudEvent that is JSON as a whole.
	StructuredType = "application/cloudevents+json"
)

// Attributes yields the attributes, by name, that the event has besides datacontenttype.
func (e CloudEvent) Attributes() iter.Seq2[string, string] {
	all := [...]struct{ name, value string }{
		{"specversion", specVersion}, {"id", e.ID}, {"source", e.Source}, {"type", e.Type},
		{"subject", e.Subject}, {"time", e.Time}, {"dataschema", e.DataSchema},
		{"sequence", e.Sequence}, {"commitsize", strconv.Itoa(e.CommitSize)},
		{"partitionkey", e.Subject}, {"traceparent", e.Traceparent}, {"dataref", e.DataRef},
	}
	return func(yield func(string, string) bool) {
		for _, a := range all {
			if a.value != "" && !yield(a.name, a.value) {
				return
			}
		}
	}
}

// What a message takes, at most, besides the texts in it. Kafka and RabbitMQ count differently.
const (
	messageBytes   = 256
	attributeBytes = 32 // With the prefix that a broker's binding gives to the name.
)

// Size is about how many bytes a message with the event takes, and never less.
func (e CloudEvent) Size() int {
	n := messageBytes + len(e.Subject) + len(e.Data)
	for name, value := range e.Attributes() {
		n += attributeBytes + len(name) + len(value)
	}
	return n
}

// MarshalJSONTo implements json.MarshalerTo. It writes the event as JSON as a whole.
func (e CloudEvent) MarshalJSONTo(out *jsontext.Encoder) error {
	all := map[string]any{}
	for name, value := range e.Attributes() {
		all[name] = value
	}
	all["commitsize"] = e.CommitSize
	if e.Data != nil {
		all["datacontenttype"], all["data"] = e.ContentType, jsontext.Value(e.Data)
	}
	return json.MarshalEncode(out, all, json.Deterministic(true))
}
