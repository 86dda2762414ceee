package http

import (
	"bytes"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/valyala/fasthttp"

	"orders/app/command"
	"orders/ports"
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

// Answers are the answers that write themselves, of orders.
func (s *Server) Answers(views []ports.OrderView, next string) []any {
	many := manyOrders{Count: len(views), Orders: []orderView{}, Next: next}
	answers, p := []any{}, newEntries(0)
	for _, v := range views {
		p.add(0, func(b []byte) []byte { return appendOrder(b, present(v)) })
		many.Orders = append(many.Orders, present(v))
		done := s.receiptFor(command.Result{OrderView: v}, false, next).Body
		answers = append(answers, oneOrder{present(v)}, done)
	}
	many.text = p.close(`{"count":`+strconv.Itoa(p.count)+`,"orders":[`, next)
	return append(answers, many)
}

// Written returns what an answer writes, and what the encoder would make of its type.
func Written(answer any) (its, encoders string, err error) {
	var b bytes.Buffer
	if err := encode(&b, answer); err != nil {
		return "", "", err
	}
	text, err := json.Marshal(answer)
	return b.String(), string(text), err
}
