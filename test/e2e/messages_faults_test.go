package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"orders/test/kafkatest"
	"orders/test/mongotest"
	"orders/test/rabbittest"
)

const (
	courseOrders = 12
	courseSteps  = 40 // Of each order.
)

// A course is of many orders, each of which gets commands that only make sense one after the other:
// it is put on hold and released, again and again.
type course struct {
	p      *process
	orders []string
	sent   map[string]int // The ids of all messages, with how many answers say that they are done.
}

func newCourse(t *testing.T, p *process) *course {
	c := &course{p: p, sent: map[string]int{}}
	for range courseOrders {
		c.orders = append(c.orders, p.create(t).id())
	}
	return c
}

// step sends the next command of every order.
func (c *course) step(t *testing.T, b broker, n int) {
	t.Helper()
	var all []letter
	for i, order := range c.orders {
		l := letter{id: fmt.Sprintf("o%d-%d", i, n), order: order, command: "release"}
		if n%2 == 0 {
			l.command, l.body = "hold", `{"reason":"fraud"}`
		}
		c.sent[l.id] = 0
		all = append(all, l)
	}
	b.send(t, all...)
}

// finish waits until every message has an answer, and wants none to be refused or to say less than
// is recorded.
func (c *course) finish(t *testing.T, b broker) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Log(c.p.output)
		}
	}()
	missing := len(c.sent)
	for deadline := time.Now().Add(2 * patience); missing > 0; {
		got := await(t, b, results)
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d messages have no answer: %v", missing, len(c.sent), c.sent)
		}
		id := fmt.Sprint(got.answer["id"])
		if n, known := c.sent[id]; !known ||
			got.outcome() != "done" && got.outcome() != "replayed" {
			t.Errorf("the answer to %s: %v", id, got.answer)
		} else if n == 0 {
			missing--
		}
		c.sent[id]++
	}
}

// check wants every order to have all its commands in the order in which they were sent, each once.
func (c *course) check(t *testing.T, p *process) {
	t.Helper()
	for i, order := range c.orders {
		a := p.must(t, 200, "GET", "/queries/orders/"+order+"/history?limit=1000", "")
		events, _ := a.json["events"].([]any)
		var got, want []string
		for _, e := range events {
			event, _ := e.(map[string]any)
			got = append(got, fmt.Sprint(event["requestId"]))
		}
		for n := range courseSteps {
			want = append(want, fmt.Sprintf("o%d-%d", i, n))
		}
		if len(got) == 0 || strings.Join(got[1:], " ") != strings.Join(want, " ") {
			t.Errorf("%s went %q, want %q", order, got, want)
		}
	}
}

// Two processes receive commands. One after the other is killed, then the database is away for a
// while, and both are killed. No command is lost, doubled or overtaken.
func TestCommandsOutlastKillsAndOutages(t *testing.T) {
	onEachBroker(t, func(t *testing.T, b broker) {
		db := mongotest.Start(t)
		env := settingsOf(b, "MONGODB_URI="+db.URI("orders"))
		processes := []*process{start(t, env...), start(t, env...)}
		c := newCourse(t, processes[0])
		dice := rand.New(rand.NewPCG(2026, 11))
		for n := range courseSteps {
			c.step(t, b, n)
			time.Sleep(time.Duration(dice.IntN(30)) * time.Millisecond)
			switch n {
			case courseSteps / 4, courseSteps / 2:
				i := n / (courseSteps / 4) % 2
				processes[i].kill()
				processes[i] = start(t, env...)
			case courseSteps * 3 / 4:
				db.Kill()
			case courseSteps*3/4 + 5: // What waits for the database is in nobody's hands then.
				time.Sleep(2 * time.Second)
				for i := range processes {
					processes[i].kill()
				}
				db.Restart()
				processes = []*process{start(t, env...), start(t, env...)}
			}
		}
		c.finish(t, b)
		c.check(t, processes[0])
		for _, p := range processes {
			p.terminate(t)
			p.ends(t, 0, "Stopping")
		}
	})
}

// A server is a broker that a test ends and starts again. RabbitMQ 3.10 is ended in good order:
// when it is killed on a busy machine, a quorum queue may be without a leader for minutes.
type server struct{ end, start func() }

// The broker is away for a while, and the service works. Nothing is lost or overtaken.
func TestCommandsOutlastTheirBroker(t *testing.T) {
	for name, begin := range map[string]func(*testing.T) (server, func() broker){
		"RabbitMQ": func(t *testing.T) (server, func() broker) {
			s := rabbittest.Start(t)
			return server{s.Stop, s.Start}, func() broker { return rabbitAt(s.URL()) }
		},
		"Kafka": func(t *testing.T) (server, func() broker) {
			s := kafkatest.Start(t)
			return server{s.Kill, s.Start}, func() broker { return kafkaAt(t, s.Brokers()) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("it starts real processes")
			}
			s, open := begin(t)
			before := open()
			p := start(t, before.settings()...)
			c := newCourse(t, p)
			for n := range courseSteps / 2 {
				c.step(t, before, n)
			}
			s.end()
			p.isReady(t)
			s.start()
			after := open()
			for n := courseSteps / 2; n < courseSteps; n++ {
				c.step(t, after, n)
			}
			c.finish(t, after)
			c.check(t, p)
			p.terminate(t)
			p.ends(t, 0, "Receiving commands from "+name+" failed|Stopping")
		})
	}
}
