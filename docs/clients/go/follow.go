package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// silence is how long a stream may say nothing. A service that is there says something every 15 s.
const silence = 40 * time.Second

// follow shows the orders of a user as they change, until ctx ends. It goes on where a connection
// broke off. Where that cannot be, as at first, it shows what there is; an order may come twice.
func (c client) follow(ctx context.Context, userID string, show func(order)) error {
	var last string
	for {
		err := c.listen(ctx, userID, &last, show)
		if errors.Is(err, errRefused) {
			return err
		}
		if !pause(ctx, time.Second+rand.N(time.Second)) {
			return nil
		}
	}
}

// listen follows until the connection breaks. It keeps the id of the last event that is dealt with.
func (c client) listen(
	ctx context.Context, userID string, last *string, show func(order),
) error {
	streaming, hangUp := context.WithCancel(ctx)
	defer hangUp()
	alarm := time.AfterFunc(silence, hangUp)
	stream, err := c.open(streaming, userID, *last)
	alarm.Stop()
	if err != nil {
		return err
	}
	defer stream.Close()
	if *last == "" { // The stream has begun, so that nothing is missed.
		if err := c.list(ctx, userID, "50", show); err != nil {
			return err
		}
	}
	return events(stream, alarm, func(e event) error {
		if err := c.handle(ctx, userID, e, show); err != nil {
			return err
		}
		*last = cmp.Or(e.id, *last)
		return nil
	})
}

// open opens the stream behind the event with that id.
func (c client) open(ctx context.Context, userID, last string) (io.ReadCloser, error) {
	query := url.Values{"userId": {userID}}.Encode()
	path := string(c) + "/queries/orders/stream?" + query
	request, err := http.NewRequestWithContext(ctx, "GET", path, nil)
	if err != nil {
		return nil, err
	}
	if last != "" {
		request.Header.Set("Last-Event-ID", last)
	}
	authorize(request)
	answer, err := http.DefaultClient.Do(request)
	switch {
	case err != nil:
		return nil, err
	case answer.StatusCode < 300:
		return answer.Body, nil
	case !again(answer.StatusCode):
		err = fmt.Errorf("%w: %s", errRefused, answer.Status)
	default:
		err = errors.New(answer.Status)
	}
	return nil, errors.Join(err, answer.Body.Close())
}

func (c client) handle(ctx context.Context, userID string, e event, show func(order)) error {
	switch e.name {
	case "reset":
		return c.list(ctx, userID, "50", show)
	case "order":
		var shown struct{ Order order }
		if err := json.Unmarshal([]byte(e.data), &shown); err != nil {
			return err
		}
		show(shown.Order)
	}
	return nil
}

// An event is a server-sent event.
type event struct{ id, name, data string }

// events tells the events of a stream. The alarm is on while it waits for the service.
func events(stream io.Reader, alarm *time.Timer, tell func(event) error) error {
	var e event
	for lines := bufio.NewReader(stream); ; {
		alarm.Reset(silence)
		line, err := lines.ReadString('\n')
		alarm.Stop()
		if err != nil {
			return err
		}
		switch field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": "); field {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			if value != "" {
				continue // It is a comment.
			}
			if err := tell(e); err != nil {
				return err
			}
			e = event{}
		}
	}
}
