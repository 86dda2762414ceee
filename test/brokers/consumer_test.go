package brokers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A message is one that a broker has, in the terms of no broker.
type message struct {
	place      string // Within a place, messages are in order.
	key        string // What routes the message.
	attributes map[string]string
	data       []byte
	all        string // Every byte of it that somebody wrote.
}

// A consumer is what somebody writes who has read docs/messaging.md: it takes each event of an
// order once, by its id, and in order, by its sequence. It also notes what breaks a promise.
type consumer struct {
	contents map[string]string  // By id, all attributes and the data.
	marks    map[string]mark    // By place and order, how far the messages are.
	orders   map[string]*replay // By order, what its events make of it.
	again    int                // How many messages came again.
	all      strings.Builder    // Every byte that somebody wrote.
	faults   []string
	// mayStray says that a topic may begin with events that were under way to the one before it.
	mayStray bool
}

// A mark is at the last event of an order that was seen.
type mark struct {
	version, n int // The first ones are 1.
	size       int // Of the commit.
}

// An event is a message that was understood.
type event struct {
	mark
	id, subject, name, at string
	data                  json.RawMessage
}

func newConsumer() *consumer {
	return &consumer{
		contents: map[string]string{}, marks: map[string]mark{}, orders: map[string]*replay{},
	}
}

func (c *consumer) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

// read takes the next message.
func (c *consumer) read(m message) {
	c.all.WriteString(m.all)
	if strings.Contains(m.all, private) || strings.Contains(m.all, "Bearer") {
		c.fault("a message shows what is private: %q", m.all)
	}
	if m.attributes["id"] == "" {
		return // It is no event.
	}
	e, err := understand(m)
	if err != nil {
		c.fault("%v: %q", err, m.all)
		return
	}
	content := fmt.Sprint(spelled(m.attributes), string(m.data))
	before, isKnown := c.contents[e.id]
	if isKnown && before != content {
		c.fault("event %s is %s, and was %s", e.id, content, before)
	}
	if c.contents[e.id] = content; isKnown {
		c.again++
	}
	here := m.place + " " + e.subject
	switch at := c.marks[here]; {
	case at.isBefore(e.mark):
		c.marks[here] = e.mark
	case c.mayStray && at == (mark{}): // The order is told from its first event on all the same.
	case !at.hasSeen(e.mark):
		c.fault("event %s is the first one after %+v", e.id, at)
	}
	o := c.orders[e.subject]
	if o == nil {
		o = newReplay(e.subject)
		c.orders[e.subject] = o
	}
	if o.at.isBefore(e.mark) {
		o.take(e)
	}
}

// isBefore reports whether e is the event right after m.
func (m mark) isBefore(e mark) bool {
	if e.version == m.version {
		return e.n == m.n+1 && e.size == m.size && e.n <= e.size
	}
	return e.version == m.version+1 && e.n == 1 && m.isWhole()
}

func (m mark) hasSeen(e mark) bool {
	return e.version < m.version || e.version == m.version && e.n <= m.n
}

func (m mark) isWhole() bool { return m.n == m.size }

// understand reads the attributes of a message, of which each has to be as the docs say.
func understand(m message) (e event, err error) {
	a := m.attributes
	e.id, e.subject, e.at, e.data = a["id"], a["subject"], a["time"], m.data
	e.name = strings.TrimSuffix(strings.TrimPrefix(a["type"], "orders."), ".v1")
	if _, err := fmt.Sscanf(a["sequence"], "%06d.%02d", &e.version, &e.n); err != nil {
		return e, fmt.Errorf("the sequence is %q: %w", a["sequence"], err)
	}
	if e.size, err = strconv.Atoi(a["commitsize"]); err != nil {
		return e, fmt.Errorf("the commitsize: %w", err)
	}
	want := map[string]string{
		"specversion": "1.0", "source": "/faults", "partitionkey": e.subject,
		"id":   fmt.Sprintf("%s/%d/%d", e.subject, e.version, e.n),
		"type": "orders." + e.name + ".v1", "sequence": fmt.Sprintf("%06d.%02d", e.version, e.n),
		"dataschema":      "https://orders.example/schemas/" + e.name + "/1.json",
		"datacontenttype": "application/json",
	}
	for name, value := range want {
		if a[name] != value {
			return e, fmt.Errorf("%s is %q, not %q", name, a[name], value)
		}
	}
	if !slices.Contains([]string{e.subject, "order." + e.name}, m.key) || !json.Valid(m.data) {
		return e, fmt.Errorf("the key is %q, the data are %q", m.key, m.data)
	}
	return e, nil
}

func spelled(attributes map[string]string) (all string) {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		all += fmt.Sprintf("%s=%q ", name, attributes[name])
	}
	return all
}

// lacks says what is missing of what was acknowledged: an order by its last version.
func (c *consumer) lacks(acknowledged map[string]int) string {
	for id, version := range acknowledged {
		if o := c.orders[id]; o == nil || o.at.version < version {
			return fmt.Sprintf("order %s lacks version %d", id, version)
		}
	}
	for id, o := range c.orders {
		if !o.at.isWhole() {
			return fmt.Sprintf("order %s has a part of a commit: %+v", id, o.at)
		}
	}
	return ""
}
