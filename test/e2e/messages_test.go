package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// A letter is a message to the service.
type letter struct {
	id, command, order, body string
	headers                  map[string]string
	replyTo, correlation     string
}

// A broker carries messages between a test and the service. Of the messages in a queue or topic, a
// test reads each once.
type broker interface {
	// settings are the variables that make a process receive commands from it.
	settings() []string
	send(t *testing.T, all ...letter)
	// reply returns a new queue or topic for replies.
	reply(t *testing.T) string
	// next is the next message of a queue or topic, within a time.
	next(t *testing.T, from string, within time.Duration) (got received, some bool)
}

// A received message is one from the service.
type received struct {
	correlation string
	headers     map[string]string
	body        string
	answer      map[string]any // The body, if it is an answer.
}

const (
	results = "orders.results"
	dead    = "orders.commands.dead"
)

// onEachBroker runs a test with each broker.
func onEachBroker(t *testing.T, test func(*testing.T, broker)) {
	for name, begin := range map[string]func(*testing.T) broker{
		"RabbitMQ": newRabbit, "Kafka": newKafka,
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("it starts real processes")
			}
			test(t, begin(t))
		})
	}
}

// answers sends a letter and returns the answer to it, which must have an outcome and a code, such
// as "refused on-hold".
func answerTo(t *testing.T, b broker, l letter, want string) received {
	t.Helper()
	b.send(t, l)
	got := await(t, b, results)
	if l.id != got.answer["id"] || l.command != got.answer["command"] ||
		got.correlation != l.id {
		t.Errorf("the answer to %s %s is %+v", l.id, l.command, got)
	}
	if outcome := got.outcome(); outcome != want {
		t.Errorf("%s %s: %s, want %s: %v", l.id, l.command, outcome, want, got.answer)
	}
	return got
}

func await(t *testing.T, b broker, from string) received {
	t.Helper()
	got, some := b.next(t, from, patience)
	if !some {
		t.Fatalf("nothing comes to %s", from)
	}
	return got
}

func (r received) outcome() string {
	code, _ := r.answer["code"].(string)
	return strings.TrimSpace(fmt.Sprint(r.answer["outcome"], " ", code))
}

func receivedOf(correlation, body string, headers map[string]string) received {
	r := received{correlation: correlation, headers: headers, body: body}
	_ = json.Unmarshal([]byte(body), &r.answer)
	return r
}

// life are the commands of an order that comes to its end.
var life = []struct{ command, body string }{
	{"changeItems", `{"items":[{"sku":"sku_mouse","qty":1,"price":599}]}`},
	{"hold", `{"reason":"fraud","note":"odd"}`},
	{"release", ``},
	{"confirm", `{}`},
	{"authorizePayment", `{"paymentId":"p1","amount":599}`},
	{"voidPayment", `{"paymentId":"p1"}`},
	{"authorizePayment", `{"paymentId":"p2","amount":599}`},
	{"capturePayment", `{"paymentId":"p2","amount":599}`},
	{"refundPayment", `{"paymentId":"p2","refundId":"r1","amount":1}`},
	{"shipItems", `{"shipmentId":"s1","items":[{"sku":"sku_mouse","qty":1}]}`},
	{"deliverShipment", `{"shipmentId":"s1"}`},
	{"complete", ``},
}

func TestAnOrdersLifeByMessages(t *testing.T) {
	onEachBroker(t, func(t *testing.T, b broker) {
		p := start(t, b.settings()...)
		create := letter{id: "m0", command: "create", body: body}
		created := answerTo(t, b, create, "done")
		order, _ := created.answer["orderId"].(string)
		for i, step := range life {
			l := letter{id: fmt.Sprint("m", i+1), command: step.command, order: order,
				body: step.body, headers: map[string]string{"requestId": fmt.Sprint("r", i)}}
			got := answerTo(t, b, l, "done").answer
			if got["version"] != float64(i+2) || got["orderId"] != order {
				t.Errorf("%s: %v", step.command, got)
			}
			answerTo(t, b, l, "replayed") // It comes again, as after a crash.
		}
		if again := answerTo(t, b, create, "replayed"); again.answer["orderId"] != order {
			t.Errorf("create comes again, and makes %v", again.answer)
		}
		wantLife(t, p, order)
		p.terminate(t)
		p.ends(t, 0, `Command by message.*messageId=m0`)
	})
}

// wantLife wants a completed order whose history names the actor and the requests.
func wantLife(t *testing.T, p *process, order string) {
	t.Helper()
	path := "/queries/orders/" + order + "?minVersion=13"
	shown := p.must(t, 200, "GET", path, "")
	shown.want(t, `"COMPLETED"`, "order", "status")
	history := p.must(t, 200, "GET", "/queries/orders/"+order+"/history", "")
	events, _ := history.json["events"].([]any)
	for i, e := range events {
		event, _ := e.(map[string]any)
		request := "m0"
		if i > 0 {
			request = fmt.Sprint("r", i-1)
		}
		if event["actor"] != "broker" || event["issuer"] != "orders.commands" ||
			event["requestId"] != request {
			t.Errorf("event %d is %v", i, event)
		}
	}
	if len(events) != len(life)+1 {
		t.Errorf("the history has %d events", len(events))
	}
}

func TestWhatIsWrongWithAMessageIsAnsweredOrDead(t *testing.T) {
	onEachBroker(t, func(t *testing.T, b broker) {
		p := start(t, b.settings()...)
		id := p.create(t).id()
		for name, l := range map[string]letter{
			"refused order-not-found": {command: "confirm",
				order: "ord_aaaaaaaaaaaaaaaaaaaaaaaaaa"},
			"refused command-not-allowed": {command: "complete", order: id},
			"refused validation-failed":   {command: "hold", order: id, body: `{"reson":"fraud"}`},
		} {
			l.id = "refused-" + l.command
			answerTo(t, b, l, name)
		}
		reply := b.reply(t)
		deadLetters(t, b, id, reply)
		replies(t, b, id, reply)
		for _, from := range []string{results, dead, reply} {
			if got, some := b.next(t, from, 300*time.Millisecond); some {
				t.Errorf("%s also has %+v", from, got)
			}
		}
		shown := p.must(t, 200, "GET", "/queries/orders/"+id+"?minVersion=2", "")
		shown.want(t, `"CREATED"`, "order", "status")
	})
}

// deadLetters sends what nobody can read, and wants it among the dead letters.
func deadLetters(t *testing.T, b broker, id, reply string) {
	t.Helper()
	for code, l := range map[string]letter{
		"message-without-id": {command: "confirm"},
		"command-unknown":    {id: "d1", command: "delete"},
		"malformed-json":     {id: "d2", command: "confirm", body: `{"a":1`},
		"body-too-large": {id: "d3", command: "confirm",
			body: `{"a":"` + strings.Repeat("x", 1<<20) + `"}`},
	} {
		l.order, l.replyTo, l.correlation = id, reply, "c1"
		l.headers = map[string]string{"authorization": "Bearer s3cret", "mine": "kept"}
		b.send(t, l)
		got := await(t, b, dead)
		_, leaked := got.headers["authorization"]
		if got.headers["deadCode"] != code || got.headers["deadReason"] == "" || leaked {
			t.Errorf("%s: the dead letter has the headers %v", code, got.headers)
		}
		isWhole := got.body == l.body && got.headers["mine"] == "kept"
		if _, omits := got.headers["deadOmitted"]; isWhole == omits {
			t.Errorf("%s: the dead letter has %d bytes of %d, %v", code, len(got.body),
				len(l.body), got.headers)
		}
		if l.id == "" {
			continue
		}
		answer := await(t, b, reply)
		if answer.outcome() != "dead "+code || answer.correlation != "c1" {
			t.Errorf("%s: the answer is %+v", code, answer)
		}
	}
}

// replies wants answers to go to the reply-to, and to the results if that is gone or not for
// answers.
func replies(t *testing.T, b broker, id, reply string) {
	t.Helper()
	hold := letter{id: "h1", command: "hold", order: id, body: `{"reason":"fraud"}`,
		replyTo: reply, correlation: "c2"}
	b.send(t, hold)
	if got := await(t, b, reply); got.outcome() != "done" || got.correlation != "c2" {
		t.Errorf("the reply is %+v", got)
	}
	for _, hold.replyTo = range []string{"orders.results.gone", "orders.commands", dead} {
		b.send(t, hold)
		if got := await(t, b, results); got.outcome() != "replayed" {
			t.Errorf("instead of %s: %+v", hold.replyTo, got)
		}
	}
}

// settingsOf are variables with others in their place.
func settingsOf(b broker, more ...string) []string {
	all := map[string]string{}
	for _, s := range append(b.settings(), more...) {
		name, value, _ := strings.Cut(s, "=")
		all[name] = value
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		list = append(list, name+"="+all[name])
	}
	return list
}
