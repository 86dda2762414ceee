package http_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/ports"
)

func (e examples) queries(t *testing.T) {
	s := start(t)
	id := s.sample(t, "capturePayment cancel")
	path := show + "/" + id
	e.keep(t, "order", "order", s.ask(t, "GET", path, ""))
	e.keep(t, "order", "validation-failed", s.ask(t, "GET", path+"?atVersion=0", ""))
	e.keep(t, "order", "order-not-found", s.ask(t, "GET", show+"/"+nowhere, ""))
	e.keep(t, "order", "version-unknown", s.ask(t, "GET", path+"?atVersion=9", ""))
	e.keep(t, "orders", "page", s.ask(t, "GET", show, ""))
	e.keep(t, "orders", "validation-failed", s.ask(t, "GET", show+"?limit=0", ""))
	path += "/history"
	e.keep(t, "history", "whole", s.ask(t, "GET", path, ""))
	e.keep(t, "history", "page", s.ask(t, "GET", path+"?limit=1", ""))
	e.keep(t, "history", "validation-failed", s.ask(t, "GET", path+"?limit=0", ""))
	e.keep(t, "history", "order-not-found", s.ask(t, "GET", show+"/"+nowhere+"/history", ""))
}

func (e examples) queriesFailed(t *testing.T) {
	for code, err := range failures {
		if code == "outcome-unknown" {
			continue // Queries change nothing.
		}
		s := startAs(t, http.Config{}, func(p *http.Parts) {
			p.Orders, p.History, p.Projections = gone{err: err}, broken{err: err}, unknown{err}
			p.Live, p.Relays = dead{err}, unseen{err}
		})
		e.keep(t, "order", code, s.ask(t, "GET", show+"/"+nowhere, ""))
		e.keep(t, "history", code, s.ask(t, "GET", show+"/"+nowhere+"/history", ""))
		e.keep(t, "streamOrder", code, s.ask(t, "GET", show+"/"+nowhere+"/stream", ""))
		if code == "order-unreadable" {
			continue // What shows many orders leaves one out.
		}
		e.keep(t, "orders", code, s.ask(t, "GET", show, ""))
		e.keep(t, "streamOrders", code, s.ask(t, "GET", show+"/stream", ""))
		e.keep(t, "projections", code, s.ask(t, "GET", "/admin/projections", ""))
		e.keep(t, "subscriptions", code, s.ask(t, "GET", "/admin/subscriptions", ""))
	}
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders {
		return memory.NewViews() // Nobody projects into it.
	})
	path := show + "/" + s.sample(t, "")
	e.keep(t, "order", "projection-lagging", s.ask(t, "GET", path+"?minVersion=1", ""))
	e.keep(t, "streamOrder", "projection-lagging", s.ask(t, "GET", path+"/stream", ""))
}

// crowd keeps what a process without room for another connection answers.
func (e examples) crowd(t *testing.T, paths map[string]string) {
	t.Helper()
	for operation, path := range paths {
		l := limited(t, 1, 1)
		l.open(t, show+"/stream").next("")
		c := l.dial(t, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
		e.keep(t, operation, "too-many-connections", answers(t, c, 1)[0])
	}
}

// dead streams nothing.
type dead struct{ err error }

func (d dead) Watch(context.Context, ports.Watch) (ports.Watcher, error) { return nil, d.err }

func (e examples) streams(t *testing.T) {
	s := startAs(t, http.Config{}, func(p *http.Parts) { p.Live = nil })
	e.keep(t, "streamOrder", "not-served-here", s.ask(t, "GET", show+"/"+nowhere+"/stream", ""))
	e.keep(t, "streamOrders", "not-served-here", s.ask(t, "GET", show+"/stream", ""))
	l := streaming(t)
	l.Streams(8, time.Hour, time.Second) // So that the example has no heartbeat.
	e.keep(t, "streamOrder", "validation-failed",
		l.ask(t, "GET", show+"/"+nowhere+"/stream?from=1", ""))
	e.keep(t, "streamOrder", "order-not-found", l.ask(t, "GET", show+"/"+nowhere+"/stream", ""))
	e.keep(t, "streamOrders", "validation-failed",
		l.ask(t, "GET", show+"/stream?userId=a&userId=b", ""))
	path := show + "/" + l.sample(t, "") + "/stream"
	e.keepStream(t, "streamOrder", l.open(t, path))
	all := l.open(t, show+"/stream")
	l.sampleOf(t, "second")
	e.keepStream(t, "streamOrders", all)
	s = start(t)
	s.Streams(0, time.Hour, time.Second)
	e.keep(t, "streamOrder", "too-many-streams",
		s.ask(t, "GET", show+"/"+nowhere+"/stream", ""))
	e.keep(t, "streamOrders", "too-many-streams", s.ask(t, "GET", show+"/stream", ""))
}

// A stream of all orders tells positions, which differ from store to store, with an event or
// without one. The example has one with its event.
var (
	lonely   = regexp.MustCompile(`id: [^\n]*\n\n`)
	position = regexp.MustCompile(`\n(id: [A-Za-z0-9_-]{9,}\n)?event:`)
)

// keepStream keeps a stream up to its first event.
func (e examples) keepStream(t *testing.T, operation string, c *client) {
	t.Helper()
	var text strings.Builder
	for lines, data := c.lines, false; lines.Scan(); {
		text.WriteString(lines.Text() + "\n")
		data = data || strings.HasPrefix(lines.Text(), "data:")
		if data && lines.Text() == "" {
			break
		}
	}
	shown := lonely.ReplaceAllString(text.String(), "")
	if operation == "streamOrders" {
		shown = position.ReplaceAllString(shown, "\nid: Zm9sbG93\nevent:")
	}
	quoted, err := json.Marshal(shown)
	if err != nil {
		t.Fatal(err)
	}
	e.keep(t, operation, "stream", answer{Response: c.Response, text: string(quoted)})
}

func (e examples) service(t *testing.T) {
	s := startAs(t, http.Config{}, func(p *http.Parts) {
		p.Projections, p.Relays = behind, stuck
	})
	e.keep(t, "ready", "not-ready", s.ask(t, "GET", "/readyz", ""))
	s.Started()
	e.keep(t, "ready", "ready", s.ask(t, "GET", "/readyz", ""))
	e.crowd(t, map[string]string{"health": "/health", "live": "/livez"})
	e.keep(t, "live", "live", s.ask(t, "GET", "/livez", ""))
	e.keep(t, "health", "healthy", s.ask(t, "GET", "/health", ""))
	e.keep(t, "projections", "projections", s.ask(t, "GET", "/admin/projections", ""))
	e.keep(t, "projections", "validation-failed", s.ask(t, "GET", "/admin/projections?of=1", ""))
	e.keep(t, "projections", "not-served-here", start(t).ask(t, "GET", "/admin/projections", ""))
	const relays = "/admin/subscriptions"
	e.keep(t, "subscriptions", "subscriptions", s.ask(t, "GET", relays, ""))
	e.keep(t, "subscriptions", "validation-failed", s.ask(t, "GET", relays+"?of=1", ""))
	e.keep(t, "subscriptions", "not-served-here", start(t).ask(t, "GET", relays, ""))
}
