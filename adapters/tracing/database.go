package tracing

import (
	"context"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/event"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Database returns a monitor that has a span for each command that MongoDB gets for something that
// is sampled. Polls, leases and the like belong to nothing, and have none. No span has the command,
// which holds what is stored.
func (t *Tracing) Database() *event.CommandMonitor {
	if t == nil {
		return nil
	}
	var sent sync.Map // A span for each sentCommand.
	end := func(f event.CommandFinishedEvent, reason string) {
		span, is := sent.LoadAndDelete(sentCommand{f.ConnectionID, f.RequestID})
		if !is {
			return
		}
		if reason != "" {
			failed(span.(trace.Span), reason)
		}
		span.(trace.Span).End()
	}
	return &event.CommandMonitor{
		Started: func(ctx context.Context, e *event.CommandStartedEvent) {
			if !trace.SpanFromContext(ctx).IsRecording() {
				return
			}
			_, span := t.sends(ctx, e)
			sent.Store(sentCommand{e.ConnectionID, e.RequestID}, span)
		},
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
			end(e.CommandFinishedEvent, "")
		},
		Failed: func(_ context.Context, e *event.CommandFailedEvent) {
			end(e.CommandFinishedEvent, nameOf(e.Failure))
		},
	}
}

// A sentCommand identifies a command without an answer yet.
type sentCommand struct {
	connection string
	request    int64
}

// sends begins the span of a command.
func (t *Tracing) sends(
	ctx context.Context, e *event.CommandStartedEvent,
) (context.Context, trace.Span) {
	name, attributes := e.CommandName, []attribute.KeyValue{
		semconv.DBSystemNameMongoDB, semconv.DBOperationName(e.CommandName),
		semconv.DBNamespace(e.DatabaseName),
	}
	if collection := collectionOf(e); collection != "" {
		name += " " + collection
		attributes = append(attributes, semconv.DBCollectionName(collection))
	}
	return t.start(ctx, name, trace.SpanKindClient, append(attributes, peer(e.ConnectionID)...)...)
}

// collectionOf is the collection that a command is about; empty for none.
func collectionOf(e *event.CommandStartedEvent) string {
	of := e.Command.Lookup(e.CommandName)
	if e.CommandName == "getMore" {
		of = e.Command.Lookup("collection")
	}
	collection, _ := of.StringValueOK()
	return collection
}

// peer are the attributes of the server at the other end of a connection, such as db:27017[-3].
func peer(connection string) []attribute.KeyValue {
	address, _, _ := strings.Cut(connection, "[-")
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return []attribute.KeyValue{semconv.ServerAddress(address)}
	}
	number, _ := strconv.Atoi(port)
	return []attribute.KeyValue{semconv.ServerAddress(host), semconv.ServerPort(number)}
}

// inFront is how the driver spells the name of a server's error.
var inFront = regexp.MustCompile(`^\((\w+)\)`)

// nameOf is the name of a server's error. The text behind it may quote what is stored.
func nameOf(failure string) string {
	if name := inFront.FindStringSubmatch(failure); name != nil {
		return name[1]
	}
	return semconv.ErrorTypeOther.Value.AsString()
}
