package message

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"orders/domain/order"
	"orders/ports"
)

// An Envelope makes messages of events.
type Envelope struct {
	Source    string // Of all events; not empty.
	PublicURL string // Where consumers reach the service, without a slash at the end; may be empty.
	MaxBytes  int    // Of a message; 0 for any number.
}

// Events returns the events of a commit, in order. An event that would be larger than MaxBytes has
// no data, but says where these are. An error wraps ports.ErrRefused: these events cannot be told.
func (v Envelope) Events(c ports.Commit) ([]CloudEvent, error) {
	if c.Unreadable != nil {
		return nil, untold(c, c.Unreadable)
	}
	all := make([]CloudEvent, len(c.Events))
	for i, e := range c.Events {
		var err error
		if all[i], err = v.event(c, i, e); err != nil {
			return nil, untold(c, err)
		}
	}
	return all, nil
}

func untold(c ports.Commit, cause error) error {
	return fmt.Errorf("order %s, version %d: %w: %w", c.OrderID, c.Version, ports.ErrRefused, cause)
}

// event is the event with an index in a commit.
func (v Envelope) event(c ports.Commit, index int, e order.Event) (CloudEvent, error) {
	n, kind := index+1, eventTypesByName[e.Type()]
	data, err := json.Marshal(kind.encode(e))
	if err != nil {
		return CloudEvent{}, fmt.Errorf("event %d: %w", n, err)
	}
	made := CloudEvent{
		ID:     fmt.Sprintf("%s/%d/%d", c.OrderID, c.Version, n),
		Source: v.Source, Type: kind.PublicName(), Subject: string(c.OrderID),
		Time: string(AppendTime(nil, c.At)), Sequence: fmt.Sprintf("%06d.%02d", c.Version, n),
		CommitSize: len(c.Events), Traceparent: c.Traceparent,
		Data: data, ContentType: ContentType,
	}
	if v.PublicURL != "" { // As an address has a host.
		made.DataSchema = v.PublicURL + kind.SchemaPath()
	}
	if v.MaxBytes == 0 || made.Size() <= v.MaxBytes {
		return made, nil
	}
	made.Data, made.ContentType = nil, ""
	made.DataRef = v.PublicURL + Place{c.Version, index}.historyOf(c.OrderID)
	if made.Size() > v.MaxBytes {
		return CloudEvent{}, fmt.Errorf("event %d takes more than %d bytes even without its data",
			n, v.MaxBytes)
	}
	return made, nil
}

// NoticeOf reads the id of a CloudEvent. It reports whether it is one that Events may give.
func NoticeOf(id string) (n ports.Notice, ok bool) {
	subject, rest, _ := strings.Cut(id, "/")
	version, number, _ := strings.Cut(rest, "/")
	n = ports.Notice{OrderID: order.ID(subject), Version: counted(version)}
	if !n.OrderID.Valid() || n.Version == 0 || counted(number) == 0 {
		return ports.Notice{}, false
	}
	return n, true
}

// counted reads a number from 1 as it is written; another text is 0.
func counted(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || strconv.Itoa(n) != text {
		return 0
	}
	return n
}

// AppendTime appends t, in UTC and with exactly three decimals. It writes the decimals by itself,
// as package time is fast only without them.
func AppendTime(b []byte, t time.Time) []byte {
	b = t.UTC().AppendFormat(b, time.RFC3339)
	ms := t.Nanosecond() / int(time.Millisecond)
	return append(b[:len(b)-len("Z")],
		'.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10), 'Z')
}
