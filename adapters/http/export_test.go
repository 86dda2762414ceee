package http

import (
	"time"

	"github.com/valyala/fasthttp"
)

// CloseListener breaks a server from below.
func (s *Server) CloseListener() error { return s.listener.Close() }

// Hurry does the first thing of a shutdown, and no more.
func (s *Server) Hurry() { s.conns.hurry(limits{time.Now(), time.Now().Add(time.Second)}) }

// WriteTimeout bounds answers that are no streams.
func (s *Server) WriteTimeout(d time.Duration) { s.app.Server().WriteTimeout = d }

// Streams sets how many streams there may be, and their times.
func (s *Server) Streams(most int, heartbeat, writeMax time.Duration) {
	s.streams.slots = make(chan struct{}, most)
	s.streams.heartbeat, s.streams.writeMax = heartbeat, writeMax
}

// IsLive reports whether there may be streams at all.
func (s *Server) IsLive() bool { return s.streams.live != nil }

// Streaming is how many streams there are.
func (s *Server) Streaming() int { return len(s.streams.slots) }

// Shows reports whether the API can show events of the type.
func Shows(event string) bool { return eventsByName[event].encode != nil }

// Handler answers requests where fasthttp would hand them over.
func (s *Server) Handler() fasthttp.RequestHandler {
	s.app.Handler() // Sets the routes up.
	return s.app.Server().Handler
}
