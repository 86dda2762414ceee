package mongo

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/document"
	"orders/domain/order"
	"orders/ports"
)

// eventDocument is an event in a commit.
type eventDocument struct {
	Type   string   `bson:"type"`
	Schema int      `bson:"schema"`
	Data   bson.Raw `bson:"data"`
}

const versionDigits = 6

// commitKey is the _id of an order's commit: "<orderId>/<000001>". It is unique, so it decides
// every race, and it sorts an order's commits by version.
func commitKey(id order.ID, version int) string {
	number := strconv.Itoa(version)
	return string(id) + "/" + strings.Repeat("0", max(0, versionDigits-len(number))) + number
}

// isCommitKey reports whether a text is the key of an order's commit.
func isCommitKey(key string) bool {
	owner, version, _ := strings.Cut(key, "/")
	return order.ID(owner).Valid() && len(version) == versionDigits &&
		strings.Trim(version, "0123456789") == ""
}

// keysOf is the range of an order's commit keys; no key equals its ends.
func keysOf(id order.ID) (above, below string) {
	const afterSlash = '/' + 1
	return string(id) + "/", string(id) + string(rune(afterSlash))
}

// commitSize is about what the first commit of a small order takes.
const commitSize = 768

// encodeCommit makes the document of a commit in order_writes. Empty texts are left out.
func encodeCommit(c ports.Commit) (bson.Raw, error) {
	events := make([]eventDocument, len(c.Events))
	for i, e := range c.Events {
		var err error
		if events[i], err = encodeEvent(e); err != nil {
			return nil, err
		}
	}
	return write(commitSize, func(w *writer) {
		w.text("_id", commitKey(c.OrderID, c.Version))
		w.text("orderId", string(c.OrderID))
		w.whole("version", c.Version)
		w.time("committedAt", c.At)
		w.text("commitId", c.ID)
		w.some("key", c.Key)
		w.some("request", c.Request)
		w.some("actor", c.Actor)
		w.some("requestId", c.RequestID)
		w.some("traceparent", c.Traceparent)
		writeList(w, "events", events, writeEvent)
	}), nil
}

func writeEvent(w *writer, e eventDocument) {
	w.text("type", e.Type)
	w.whole("schema", e.Schema)
	w.raw("data", e.Data)
}

// decodeCommit returns what could be read, also beside an error, which wraps ErrUnreadable.
func decodeCommit(raw bson.Raw) (ports.Commit, error) {
	r, key, c := &reader{}, "", ports.Commit{}
	var events []eventDocument
	r.each(raw, func(name []byte, f field) {
		switch string(name) {
		case "_id":
			key = r.text(f)
		case "orderId":
			c.OrderID = order.ID(r.text(f))
		case "version":
			c.Version = r.whole(f)
		case "committedAt":
			c.At = r.time(f)
		case "commitId":
			c.ID = r.text(f)
		case "events":
			events = readList(r, f, readEvent)
		default:
			readContext(r, name, f, &c)
		}
	})
	whole := key == commitKey(c.OrderID, c.Version) && c.ID != "" && len(events) > 0
	if err := cmp.Or(r.err, required(whole)); err != nil {
		return identify(raw), document.Unreadable("commit", err)
	}
	var err error
	c.Events, err = decodeEvents(events)
	return c, err
}

func decodeEvents(stored []eventDocument) ([]order.Event, error) {
	events := make([]order.Event, len(stored))
	for i, e := range stored {
		var err error
		if events[i], err = decodeEvent(e); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// readContext reads what may be missing.
func readContext(r *reader, name []byte, f field, c *ports.Commit) {
	switch string(name) {
	case "key":
		c.Key = r.text(f)
	case "request":
		c.Request = r.text(f)
	case "actor":
		c.Actor = r.text(f)
	case "requestId":
		c.RequestID = r.text(f)
	case "traceparent":
		c.Traceparent = r.text(f)
	}
}

func readEvent(r *reader, d []byte) (e eventDocument) {
	r.each(d, func(name []byte, f field) {
		switch string(name) {
		case "type":
			e.Type = r.text(f)
		case "schema":
			e.Schema = r.whole(f)
		case "data":
			e.Data = r.document(f)
		}
	})
	return e
}

// identify reads the order and version of a damaged commit from its key alone.
func identify(raw bson.Raw) ports.Commit {
	key, _ := raw.Lookup("_id").StringValueOK()
	id, text, _ := strings.Cut(document.Valid(key), "/")
	version, _ := strconv.Atoi(text)
	return ports.Commit{OrderID: order.ID(id), Version: version}
}

func encodeEvent(e order.Event) (eventDocument, error) {
	form, ok := newestForm(e.Type())
	if !ok {
		return eventDocument{}, fmt.Errorf("event %s has no stored form", e.Type())
	}
	data, err := form.encode(e)
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
			return nil, document.Unreadable(
				fmt.Sprintf("event %s, schema %d", d.Type, d.Schema), err)
		}
		return event, nil
	}
	return nil, document.Unreadable(
		fmt.Sprintf("event %.100q, schema %d", d.Type, d.Schema), errUnknown)
}
