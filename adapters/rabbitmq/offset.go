package rabbitmq

import (
	"fmt"
	"strconv"
	"strings"

	"orders/ports"
)

// An offset is "<TopicID>/<number of the last message that was read>".

func offset(id ports.TopicID, at int64) ports.Offset {
	return ports.Offset(string(id) + "/" + strconv.FormatInt(at, 10))
}

// readOffset returns the number in an offset of the topic; ErrGone if it is none.
func readOffset(id ports.TopicID, from ports.Offset) (int64, error) {
	of, number := split(from)
	at, err := strconv.ParseInt(number, 10, 64)
	if err != nil || at < 0 || !validTopic(id) || offset(id, at) != from || of != id {
		return 0, fmt.Errorf("%q is no offset of topic %q: %w", from, id, ports.ErrGone)
	}
	return at, nil
}

func split(o ports.Offset) (of ports.TopicID, number string) {
	topic, number, _ := strings.Cut(string(o), "/")
	return ports.TopicID(topic), number
}

// Reached implements ports.TopicReader.
func (*Reader) Reached(at, end ports.Offset) bool {
	id, _ := split(at)
	here, err := readOffset(id, at)
	if err != nil {
		return false
	}
	there, err := readOffset(id, end)
	return err == nil && here >= there
}
