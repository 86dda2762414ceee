package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"time"
)

// errRefused is in the error of an answer after which sending the same again is of no use. Its code
// is in docs/errors.md.
var errRefused = errors.New("refused")

var asking = &http.Client{Timeout: 10 * time.Second}

// ask sends a request until it is answered for good, reads the JSON of the answer into a value, and
// returns the ETag. With a key that is safe for commands, too: when a connection breaks, they may
// have been carried out already.
func (c client) ask(
	ctx context.Context, method, path, key string, body []byte, into any,
) (etag string, err error) {
	for tries := range 10 {
		var after time.Duration
		if etag, after, err = c.try(ctx, method, path, key, body, into); err == nil ||
			errors.Is(err, errRefused) {
			return etag, err
		}
		if after == 0 {
			after = min(500*time.Millisecond<<tries, 5*time.Second)
			after = after/2 + rand.N(after/2)
		}
		if !pause(ctx, after) {
			return "", ctx.Err()
		}
	}
	return "", err
}

// try sends a request once. The service may say how long to wait until the next try.
func (c client) try(
	ctx context.Context, method, path, key string, body []byte, into any,
) (etag string, after time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, method, string(c)+path, bytes.NewReader(body))
	if err != nil {
		return "", 0, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	authorize(request)
	answer, err := asking.Do(request)
	if err != nil {
		return "", 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", 0, err
	}
	if answer.StatusCode < 300 {
		return answer.Header.Get("ETag"), 0, json.Unmarshal(text, into)
	}
	err = fmt.Errorf("%d %s", answer.StatusCode, text)
	if !again(answer.StatusCode) {
		return "", 0, fmt.Errorf("%w: %w", errRefused, err)
	}
	seconds, _ := strconv.Atoi(answer.Header.Get("Retry-After"))
	return "", time.Duration(seconds) * time.Second, err
}

// authorize lets a request bear an access token, if the service needs one.
func authorize(request *http.Request) {
	if token := os.Getenv("ORDERS_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
}

// again reports whether to send a request again that got this status: docs/errors.md says so, too.
func again(status int) bool {
	return status == http.StatusRequestTimeout || status == http.StatusTooManyRequests ||
		status >= http.StatusInternalServerError
}

// pause reports whether the time has passed.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
