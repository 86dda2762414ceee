package http

import (
	"bytes"
	"net"
	"reflect"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/valyala/fasthttp"

	"orders/adapters/http/socket"
	"orders/adapters/http/wire"
	"orders/app/command"
	"orders/ports"
)

// CloseListener breaks a server from below.
func (s *Server) CloseListener() error { return s.listener.Close() }

// Hurry does the first thing of a shutdown, and no more.
func (s *Server) Hurry() {
	s.conns.Hurry(socket.Deadlines{Reads: time.Now(), Writes: time.Now().Add(time.Second)})
}

// Limit sets how many connections there may be, and how many are refused at once.
func (s *Server) Limit(serve, refuse int) {
	s.conns.Max, s.overflow.slots = serve, make(chan struct{}, refuse)
}

// Slow makes all times in which clients must have done something so long.
func (s *Server) Slow(d time.Duration) {
	s.conns.Timeouts, s.app.Server().ReadTimeout = socket.Timeouts{Fresh: 3 * d, Head: d}, d
	s.bodies.Left, s.bodies.Window = d, d
	s.conns.Writes.Window = d
}

// BodyRate sets how many bytes of a body must come in a second.
func (s *Server) BodyRate(n int) { s.bodies.Rate = n }

// ListenOn sets what accepts connections.
func (s *Server) ListenOn(l net.Listener) { s.listener = s.conns.Watch(l) }

// Conns is how many connections are open.
func (s *Server) Conns() int { return s.conns.Count() }

// ConnsFor is how many connections so many files are enough for.
func ConnsFor(files uint64) (serve, refuse int) { return socket.ConnsFor(files) }

// CheckFiles says whether so many files are enough to serve.
func CheckFiles(files uint64) error { return socket.CheckFiles(files) }

// WriteWindow is how long an answer may stand still.
func (s *Server) WriteWindow(d time.Duration) { s.conns.Writes.Window = d }

// Streams sets how many streams there may be, and their times.
func (s *Server) Streams(most int, heartbeat, writeMax time.Duration) {
	s.rooms.streams.slots = make(chan struct{}, most)
	s.rooms.streams.heartbeat = heartbeat
	if s.listener == nil { // Connections have theirs from the start.
		s.conns.Writes.Window = writeMax
	}
}

// IsLive reports whether there may be streams at all.
func (s *Server) IsLive() bool { return s.rooms.streams.live != nil }

// Streaming is how many streams there are.
func (s *Server) Streaming() int { return len(s.rooms.streams.slots) }

// Shows reports whether the API can show events of the type.
func Shows(event string) bool { return eventsByName[event].encode != nil }

// Handler answers requests where fasthttp would hand them over.
func (s *Server) Handler() fasthttp.RequestHandler {
	s.app.Handler() // Sets the routes up.
	return s.app.Server().Handler
}

// An Answer is one that writes itself, and the type that describes it.
type Answer struct {
	Text string
	as   reflect.Type
}

// Answers are the answers that write themselves, of orders.
func (s *Server) Answers(views []ports.OrderView, next string) (all []Answer) {
	write := func(answer any, as reflect.Type) {
		var b bytes.Buffer
		_ = wire.Encode(&b, answer) // A buffer takes all.
		all = append(all, Answer{b.String(), as})
	}
	many, p := manyOrders{}, newEntries(0)
	for _, v := range views {
		p.add(0, func(b []byte) []byte { return appendOrder(b, v) })
		write(oneOrder{shownOrder(v)}, reflect.TypeFor[oneOrder]())
		write(s.rooms.commands.receiptFor(command.Result{OrderView: v}, false, next).Body,
			reflect.TypeFor[commandResult]())
	}
	many.text = p.close(`{"count":`+strconv.Itoa(p.count)+`,"orders":[`, next)
	write(many, reflect.TypeFor[manyOrders]())
	return all
}

// Misdescribed returns where an answer is not what its description says: it lacks a field, has
// one more, or one of another type.
func (a Answer) Misdescribed() []error {
	var value any
	if err := json.Unmarshal([]byte(a.Text), &value); err != nil {
		return []error{err}
	}
	r, found := wire.Schemas(), &huma.ValidateResult{}
	describeOrders(r)
	described := r.Schema(a.as, true, "")
	huma.Validate(r, described, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, found)
	return found.Errors
}
