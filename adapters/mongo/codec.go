package mongo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/domain/order"
	"orders/ports"
)

// commitDocument is a commit in order_writes. Empty strings are left out.
type commitDocument struct {
	Key         string          `bson:"_id"` // See commitKey.
	OrderID     order.ID        `bson:"orderId"`
	Version     int             `bson:"version"`
	At          time.Time       `bson:"committedAt"`
	ID          string          `bson:"commitId"`
	Idempotency string          `bson:"key,omitempty"`
	Request     string          `bson:"request,omitempty"`
	Actor       string          `bson:"actor,omitempty"`
	RequestID   string          `bson:"requestId,omitempty"`
	Traceparent string          `bson:"traceparent,omitempty"`
	Events      []eventDocument `bson:"events"`
}

// eventDocument is an event in a commit.
type eventDocument struct {
	Type   string   `bson:"type"`
	Schema int      `bson:"schema"`
	Data   bson.Raw `bson:"data"`
}

// commitKey is the _id of an order's commit: "<orderId>/<000001>". It is unique, so it decides
// every race, and it sorts an order's commits by version.
func commitKey(id order.ID, version int) string { return fmt.Sprintf("%s/%06d", id, version) }

// keysOf is the range of an order's commit keys; no key equals its ends.
func keysOf(id order.ID) (above, below string) {
	const afterSlash = '/' + 1
	return string(id) + "/", string(id) + string(rune(afterSlash))
}

func encodeCommit(c ports.Commit) (bson.Raw, error) {
	document := commitDocument{
		Key: commitKey(c.OrderID, c.Version), OrderID: c.OrderID, Version: c.Version,
		At: c.At, ID: c.ID,
		Idempotency: c.Key, Request: c.Request,
		Actor: c.Actor, RequestID: c.RequestID, Traceparent: c.Traceparent,
		Events: make([]eventDocument, len(c.Events)),
	}
	for i, e := range c.Events {
		encoded, err := encodeEvent(e)
		if err != nil {
			return nil, err
		}
		document.Events[i] = encoded
	}
	return bson.Marshal(document)
}

// decodeCommit returns what could be read, also beside an error, which wraps ErrUnreadable.
func decodeCommit(raw bson.Raw) (ports.Commit, error) {
	var d commitDocument
	if err := bson.Unmarshal(raw, &d); err != nil {
		return identify(raw), unreadable("commit", err)
	}
	c := ports.Commit{
		OrderID: d.OrderID, Version: d.Version, At: d.At, ID: d.ID,
		Events: make([]order.Event, len(d.Events)),
		Key:    d.Idempotency, Request: d.Request,
		Actor: d.Actor, RequestID: d.RequestID, Traceparent: d.Traceparent,
	}
	if d.Key != commitKey(d.OrderID, d.Version) || d.ID == "" || len(d.Events) == 0 {
		return identify(raw), unreadable("commit", errIncomplete)
	}
	for i, event := range d.Events {
		decoded, err := decodeEvent(event)
		if err != nil {
			c.Events = nil
			return c, err
		}
		c.Events[i] = decoded
	}
	return c, nil
}

// identify reads the order and version of a damaged commit from its key alone.
func identify(raw bson.Raw) ports.Commit {
	key, _ := raw.Lookup("_id").StringValueOK()
	id, text, _ := strings.Cut(key, "/")
	version, _ := strconv.Atoi(text)
	return ports.Commit{OrderID: order.ID(id), Version: version}
}

func encodeEvent(e order.Event) (eventDocument, error) {
	form, ok := newestForm(e.Type())
	if !ok {
		return eventDocument{}, fmt.Errorf("event %s has no stored form", e.Type())
	}
	data, err := bson.Marshal(form.encode(e))
	if err != nil {
		return eventDocument{}, fmt.Errorf("encode event %s: %w", e.Type(), err)
	}
	return eventDocument{Type: form.name, Schema: form.schema, Data: data}, nil
}

func decodeEvent(d eventDocument) (order.Event, error) {
	for _, form := range eventForms {
		if form.name != d.Type || form.schema != d.Schema {
			continue
		}
		event, err := form.decode(d.Data)
		if err != nil {
			return nil, unreadable(fmt.Sprintf("event %s, schema %d", d.Type, d.Schema), err)
		}
		return event, nil
	}
	return nil, unreadable(fmt.Sprintf("event %.100q, schema %d", d.Type, d.Schema), errUnknown)
}
