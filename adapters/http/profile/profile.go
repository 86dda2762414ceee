// Package profile shows operators where a process spends its time and memory, as go tool pprof
// reads it.
package profile

import (
	"context"
	"fmt"
	nethttp "net/http"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"orders/adapters/http/wire"
)

// Root is where the tools expect the profiles.
const Root = "/debug/pprof"

// secondsUsual is how long a profile takes if nobody says so.
const secondsUsual = 30

// List answers with the names of all profiles.
func List(c *fiber.Ctx) error {
	if err := wire.QueryOf(c).Err(); err != nil {
		return err
	}
	var text strings.Builder
	for _, k := range kinds {
		target := k.name
		if !k.always {
			target += fmt.Sprintf("?seconds=%d", k.secondsMax)
		}
		fmt.Fprintf(&text, "%s/%-20s %s\n", Root, target, k.tells)
	}
	return c.SendString(text.String())
}

// running is held while a profile is taken over some seconds. Each costs processor time, and Go
// takes only one of processor time at once.
var running sync.Mutex

// Take answers with the profile that the path names, of the next seconds if the query names some.
func Take(c *fiber.Ctx) error {
	at := slices.IndexFunc(kinds, func(k kind) bool { return k.name == c.Params("*") })
	if at < 0 {
		return fiber.ErrNotFound
	}
	k := kinds[at]
	query, seconds, err := k.asked(c)
	if err != nil {
		return err
	}
	if seconds > 0 {
		if !running.TryLock() {
			return wire.Unavailable("another profile is being taken; ask again when it has ended")
		}
		defer running.Unlock()
		if k.count != nil {
			k.count(true)
			defer k.count(false)
		}
	}
	// Fasthttp's context ends when the server stops, so that a stop waits for no profile.
	return k.send(c.Context(), c, query)
}

// asked returns what the request asks net/http/pprof for, and over how many seconds; 0 is at once.
func (k kind) asked(c *fiber.Ctx) (query string, seconds int, err error) {
	q := wire.QueryOf(c)
	usual := secondsUsual
	if k.always {
		usual = 0
	}
	seconds = q.Number("seconds", 1, k.secondsMax, min(usual, k.secondsMax))
	if seconds > 0 {
		query = fmt.Sprintf("seconds=%d", seconds)
	}
	if debug := q.Number("debug", 0, 2, 0); debug > 0 {
		if seconds > 0 {
			q.Invalid("debug", "cannot be combined with seconds: such a profile is no text")
		}
		query = fmt.Sprintf("debug=%d", debug)
	}
	if q.Number("gc", 0, 1, 0) > 0 {
		query += "&gc=1"
	}
	return query, seconds, q.Err()
}

// send answers with what the handler of net/http/pprof writes.
func (k kind) send(ctx context.Context, c *fiber.Ctx, query string) error {
	target := Root + "/" + k.name + "?" + query
	r, err := nethttp.NewRequestWithContext(ctx, nethttp.MethodGet, target, nil)
	if err != nil {
		return err
	}
	a := &answer{header: nethttp.Header{}}
	k.take.ServeHTTP(a, r)
	switch {
	case a.full:
		return wire.Unavailable(fmt.Sprintf("it is larger than %d MiB; ask for fewer seconds",
			bytesMax>>20))
	case ctx.Err() != nil:
		return wire.Unavailable("the process is stopping")
	case a.status != 0 && a.status != nethttp.StatusOK:
		return fmt.Errorf("take the profile %s: %s", k.name, strings.TrimSpace(a.body.String()))
	}
	for _, name := range []string{fiber.HeaderContentType, fiber.HeaderContentDisposition} {
		c.Set(name, a.header.Get(name))
	}
	return c.Send(a.body.Bytes())
}
