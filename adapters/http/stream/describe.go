package stream

import (
	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
)

const (
	streamText = "Server-sent events: each `order` has as its data what the query of the order " +
		"would answer. Of changes that come fast, some may be left out for a later one. A " +
		"comment comes every 15 s. A stream ends when the service stops, or the client does " +
		"not keep up; browsers then connect again by themselves. "
	streamOneText = streamText + "The first event is the order as it is now. The id is its " +
		"version: a client that brings the current one with `Last-Event-ID` is told only what " +
		"comes after it."
	streamAllText = streamText + "It begins with nothing but a comment. With the id that came " +
		"last in `Last-Event-ID`, everything that has changed since is told first, at least " +
		"once; only some events have an id. When too much has changed, or the service does not " +
		"know the id, an event `reset` says: load anew what you show. What changes thereafter " +
		"is told again."
	exampleEvents = "retry: 2000\n\nid: 2\nevent: order\n" +
		`data: {"order":{"orderId":"` + wire.ExampleID + `","status":"CONFIRMED","version":2}}` +
		"\n\n: still here\n\n"
)

// Add adds what Huma cannot do: it answers before the handler has ended.
func (s *Streams) Add(router fiber.Router, api huma.API) {
	one := wire.Get(wire.QueryRoot+"/{"+wire.OrderID+"}/stream", "streamOrder",
		"Stream an order and its changes", streamed(), 404, 500, 503)
	one.Description = streamOneText
	one.Parameters = append(one.Parameters, wire.Parameter("OrderId"),
		wire.Parameter("LastEventId"))
	api.OpenAPI().AddOperation(&one)
	router.Add(fiber.MethodGet, wire.QueryRoot+"/:"+wire.OrderID+"/stream", s.streamOne)

	all := wire.Get(wire.QueryRoot+"/stream", "streamOrders", "Stream the changes of all orders",
		streamed(), 400, 404, 500, 503)
	all.Description = streamAllText
	all.Parameters = append(all.Parameters, wire.Parameter("UserId"),
		wire.Parameter("LastEventId"))
	api.OpenAPI().AddOperation(&all)
	router.Add(fiber.MethodGet, wire.QueryRoot+"/stream", s.streamAll)
}

func streamed() *huma.Response {
	r := wire.Answers("A stream of events, until the client or the service ends it.",
		fiber.HeaderCacheControl, wire.HeaderBuffering)
	r.Content = map[string]*huma.MediaType{
		streamType: {Schema: wire.Text(), Example: exampleEvents},
	}
	return r
}

// Headers are those of streams.
var Headers = map[string]*huma.Header{
	fiber.HeaderCacheControl: {
		Description: "Streams are not kept.", Example: "no-store", Schema: wire.Text(),
	},
	wire.HeaderBuffering: {
		Description: "Asks proxies to pass on each event at once.", Example: "no",
		Schema: wire.Text(),
	},
}

// Parameters are those that only streams take.
var Parameters = map[string]*huma.Param{
	"LastEventId": {
		Name: wire.HeaderLastEvent, In: "header", Example: "3", Schema: wire.Text(),
		Description: "The id of the last event that came; browsers send it by themselves.",
	},
}
