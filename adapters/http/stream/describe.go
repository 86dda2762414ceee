package stream

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
)

const (
	streamText = "Server-sent events: each `order` event has the same data as the answer to the " +
		"query of that order (the schema `OneOrder`). Of changes in quick succession only the " +
		"last may be sent. A comment is sent every 15 s. A stream ends when the service stops, " +
		"the client does not keep up, or its token expires; browsers then reconnect by " +
		"themselves. It begins with `retry:` and a comment. "
	streamOneText = streamText + "The first event is the order as it is now. The id is the " +
		"version, as in the `ETag`: a client that sends the current one as `Last-Event-ID` gets " +
		"only later changes."
	streamAllText = streamText + "Then comes an `id:` without an event, which says where the " +
		"stream begins. A client that sends the last id it received as `Last-Event-ID` first " +
		"gets everything that has changed since, at least once; only some events have an id. " +
		"If too much has changed, or the service does not know the id, a `reset` event asks " +
		"the client to reload what it shows. Later changes follow. Where callers need tokens, " +
		"one without `orders:manage` is told of own orders alone, and an id is known only to " +
		"callers with the same scopes."
)

// Add adds the handlers of the streams, as Huma cannot answer before a handler has ended.
func (s *Streams) Add(add func(*huma.Operation, fiber.Handler)) {
	add(streamOrder(), s.streamOne)
	add(streamOrders(), s.streamAll)
}

// Describe adds the streams to the API's document.
func Describe(api huma.API) {
	api.OpenAPI().AddOperation(streamOrders())
	api.OpenAPI().AddOperation(streamOrder())
}

func streamOrders() *huma.Operation {
	all := wire.Get(wire.QueryRoot+"/stream", opAll, "Stream the changes of all orders",
		streamed(), 400, 404, 500, 503)
	all.Description = streamAllText
	all.Responses["404"].Description = "This process does not stream changes; another one does."
	all.Parameters = append(all.Parameters, wire.Parameter("UserId"),
		wire.Parameter("LastEventId"), wire.Parameter("LastEventIdInQuery"))
	return &all
}

func streamOrder() *huma.Operation {
	one := wire.Get(wire.QueryRoot+"/{"+wire.OrderID+"}/stream", opOne,
		"Stream an order and its changes", streamed(), 400, 404, 500, 503)
	one.Description = streamOneText
	one.Responses["404"].Description = "There is no order with this id, or this process does not " +
		"stream changes."
	one.Parameters = append(one.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("LastEventId"), wire.Parameter("LastEventIdInQuery"))
	return &one
}

func streamed() *huma.Response {
	r := wire.Response("A stream of events, until the client or the service ends it.",
		fiber.HeaderCacheControl, wire.HeaderBuffering)
	r.Content = map[string]*huma.MediaType{
		streamType: {Schema: wire.Text()},
	}
	return r
}

// Headers are the headers of streams.
var Headers = map[string]*huma.Header{
	fiber.HeaderCacheControl: {
		Description: "Streams are never cached.", Example: "no-store", Schema: wire.Text(),
	},
	wire.HeaderBuffering: {
		Description: "Asks proxies to forward each event at once.", Example: "no",
		Schema: wire.Text(),
	},
}

// Parameters are parameters that only streams take.
var Parameters = map[string]*huma.Param{
	"LastEventId": {
		Name: wire.HeaderLastEvent, In: "header", Example: "3", Schema: wire.Text(),
		Description: "The id of the last event that the client received; browsers send it by " +
			"themselves.",
	},
	"LastEventIdInQuery": {
		Name: lastEvent, In: "query", Example: "3", Schema: wire.Text(), AllowEmptyValue: true,
		Description: "The same for clients that cannot set the header, as some EventSource " +
			"polyfills cannot. The header counts if it is sent.",
	},
}
