package http_test

import (
	"context"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/domain/order"
	"orders/ports"
	"orders/ports/budget"
)

const whole = "return=representation"

const both = "respond-async, " + whole

// preferred are values of Prefer headers, and what is applied of them. The rules are those of RFC
// 7240, sections 2 and 4.2.
var preferred = []struct {
	prefer  []string
	applied string
}{
	{[]string{""}, ""},
	{[]string{whole}, whole},
	{[]string{"return=minimal"}, "return=minimal"},
	{[]string{"RETURN=Representation"}, whole},
	{[]string{`return="representation"`}, whole},
	{[]string{`return="re\presentation"`}, whole},
	{[]string{"return \t=\t representation ; x=1;y"}, whole},
	{[]string{both}, both},
	{[]string{whole + ",respond-async"}, both},
	{[]string{whole, "respond-async"}, both},
	{[]string{"wait=5, return=minimal", "handling=strict;q, respond-async"},
		"respond-async, return=minimal"},
	{[]string{whole + ", " + whole}, whole},
	// Both kinds are as none, and of two the first one counts.
	{[]string{whole + ", return=minimal"}, ""},
	{[]string{"return=minimal", whole}, ""},
	{[]string{"respond-async, return=minimal, " + whole}, "respond-async"},
	{[]string{whole + ", return=all"}, whole},
	{[]string{"return=all, " + whole}, ""},
	{[]string{"respond-async=no, respond-async"}, ""},
	{[]string{"return"}, ""},
	{[]string{"return="}, ""},
	{[]string{`return=""`}, ""},
	{[]string{`return="`}, ""},
	{[]string{`return="\"`}, ""},
	{[]string{"return=representation x"}, ""},
	{[]string{`foo="return=representation, respond-async`}, ""},
	{[]string{"foo; return=representation"}, ""},
	{[]string{"returns=representation"}, ""},
}

// Nothing is read for the order.
func TestPreferReturn(t *testing.T) {
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders { return &waits{} })
	for _, tt := range preferred {
		var headers []string
		for _, each := range tt.prefer {
			headers = append(headers, "Prefer", each)
		}
		a := s.ask(t, "POST", place, mouse, headers...)
		a.is(t, 201)
		a.header(t, "Preference-Applied", tt.applied)
		if has := a.json["order"] != nil; has != strings.Contains(tt.applied, whole) {
			t.Errorf("Prefer: %q has the order: %v", tt.prefer, has)
		}
	}
}

// The order in an answer is, to the letter, what the query of its version shows.
func (s *service) showsTheOrder(t *testing.T, a answer) {
	t.Helper()
	a.header(t, "Preference-Applied", whole)
	version := strings.Trim(a.Header.Get("ETag"), `"`)
	shown := s.ask(t, "GET", show+"/"+a.id()+"?atVersion="+version, "")
	shown.is(t, 200)
	if want := `,` + shown.text[1:]; !strings.HasSuffix(a.text, want) {
		t.Errorf("the answer is\n%s, want it to end in\n%s", a.text, want)
	}
	a.has(t, `"version":`+version+`,`)
	if a.json["dryRun"] != nil || a.json["events"] != nil {
		t.Errorf("the answer looks like a dry run: %s", a.text)
	}
}

func TestEveryCommandCanAnswerWithTheOrder(t *testing.T) {
	s := start(t)
	first := s.ask(t, "POST", place, mouse, "Idempotency-Key", "k", "Prefer", whole)
	first.is(t, 201)
	s.showsTheOrder(t, first)
	id, seen := first.id(), map[string]bool{}
	ask := func(command, body string) {
		t.Helper()
		seen[command] = true
		a := s.ask(t, "POST", place+"/"+id+"/"+command, body, "Prefer", whole)
		a.is(t, 200)
		s.showsTheOrder(t, a)
	}
	for _, step := range life {
		ask(step.command, step.body)
	}
	last := life[len(life)-1]
	ask(last.command, last.body) // It has taken effect already.
	id = s.order(t)
	ask("payments/authorize", `{"paymentId":"p","amount":1}`)
	ask("payments/void", `{"paymentId":"p"}`)
	ask("hold", `{"reason":"fraud"}`)
	ask("release", "")
	ask("cancel", `{"reason":"staff"}`)
	if len(seen) != len(order.Rules)-1 { // All but create.
		t.Errorf("asked for %v of %d commands", seen, len(order.Rules))
	}

	// A key that comes again gets the order as the first request left it.
	again := s.ask(t, "POST", place, mouse, "Idempotency-Key", "k", "Prefer", whole)
	again.is(t, 200)
	again.header(t, "Idempotent-Replayed", "true")
	again.header(t, "ETag", `"1"`)
	s.showsTheOrder(t, again)
}

// A dry run has the order in any case.
func TestADryRunAppliesWhatItDoes(t *testing.T) {
	s := start(t)
	for prefer, applied := range map[string]string{
		"": "", whole: whole, both: whole, "return=minimal": "",
	} {
		a := s.ask(t, "POST", place+dry, mouse, "Prefer", prefer)
		a.is(t, 200)
		a.header(t, "Preference-Applied", applied)
		a.has(t, `"order":{"orderId":"`+a.id()+`"`)
	}
}

// crowd is an event store that uses up the budget as soon as a commit is recorded.
type crowd struct {
	ports.EventStore
	all   *budget.Budget
	other *budget.Account
}

func (c *crowd) Append(ctx context.Context, past ports.Stream, next ports.Commit) error {
	err := c.EventStore.Append(ctx, past, next)
	_, c.other = c.all.Open(context.Background())
	c.other.Hold(1 << 20)
	return err
}

// What is recorded is answered as done also where there is no room for the order.
func TestAnAnswerWithoutRoomLeavesTheOrderOut(t *testing.T) {
	t.Parallel() // It waits for room.
	all := budget.New(1 << 20)
	store := &crowd{all: all}
	s := startWith(t, http.Config{}, func(e ports.EventStore) ports.EventStore {
		store.EventStore = e
		return store
	}, nil)
	parts := s.parts
	s = startAs(t, http.Config{}, func(p *http.Parts) {
		p.Commands, p.Budget = parts.Commands, all
	})
	a := s.ask(t, "POST", place, mouse, "Prefer", whole)
	a.is(t, 201)
	a.has(t, `"order":{`) // It is small.
	store.other.Close()
	a = s.ask(t, "POST", place, `{"userId":"u",`+linesFrom(0)+`}`, "Prefer", both)
	a.is(t, 201)
	a.header(t, "Preference-Applied", "respond-async")
	if a.json["order"] != nil {
		t.Error("the answer has the order")
	}
	store.other.Close()
	if all.Used() != 0 {
		t.Errorf("%d bytes are held after the answers", all.Used())
	}
}
