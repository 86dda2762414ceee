package message

import (
	"slices"
	"testing"

	"orders/domain/order"
)

// The table has every command of the domain, and no other.
func TestEveryCommandHasABody(t *testing.T) {
	names := []string{Create}
	for name := range commands {
		names = append(names, name)
	}
	var want []string
	for _, r := range order.Rules {
		want = append(want, r.Command)
	}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("bodies of %q, want those of %q", names, want)
	}
	for _, name := range names {
		draft, err := Reader{Currency: "EUR"}.Read(name, []byte("{}"), Sender{})
		if err != nil || draft.Command.Name() != name {
			t.Errorf("%s: %v, %v", name, draft.Command, err)
		}
	}
	if IsCommand("delete") || IsCommand("") || !IsCommand("hold") || !IsCommand(Create) {
		t.Error("IsCommand is wrong")
	}
}

func TestWhoseNewOrderItIs(t *testing.T) {
	const others, nobodys = `{"userId":"u2","items":[]}`, `{"items":[]}`
	for _, tt := range []struct {
		body string
		by   Sender
		want string
	}{
		{others, Sender{}, "u2"},
		{others, Sender{"u1", true}, "u2"},
		{nobodys, Sender{"u1", false}, ""},
		{nobodys, Sender{"u1", true}, "u1"},
	} {
		draft, err := Reader{Currency: "EUR"}.Read(Create, []byte(tt.body), tt.by)
		create, is := draft.Command.(order.Create)
		if err != nil || !is || create.UserID != tt.want || !draft.AnyCurrency ||
			create.Currency != "EUR" {
			t.Errorf("%s by %v: %+v, %v", tt.body, tt.by, draft, err)
		}
	}
	_, err := Reader{}.Read(Create, []byte(nobodys), Sender{"", true})
	if len(told(err)) != 1 {
		t.Errorf("of nobody: %v", err)
	}
}

func TestStrictReader(t *testing.T) {
	const body = `{"userId":"u","items":[],"note":1}`
	draft, err := Reader{}.Read(Create, []byte(body), Sender{})
	if err != nil || !slices.Equal(draft.Ignored, []string{"note"}) {
		t.Errorf("ignored %q, %v", draft.Ignored, err)
	}
	_, err = Reader{Strict: true}.Read(Create, []byte(body), Sender{})
	if !slices.Equal(told(err), []string{`["note"] is unknown`}) {
		t.Errorf("strictly %v", err)
	}
}

func TestAnswersAreJSON(t *testing.T) {
	for want, a := range map[string]Answer{
		`{"id":"m1","command":"hold","outcome":"done","orderId":"ord_1","version":2}`: {
			ID: "m1", Command: "hold", Outcome: Done, OrderID: "ord_1", Version: 2,
		},
		`{"id":"m1","command":"","outcome":"refused","code":"c","issues":` +
			`[{"path":["items",0],"message":"is wrong"}]}`: {
			ID: "m1", Outcome: Refused, Code: "c",
			Issues: []Issue{{[]any{"items", 0}, "is wrong"}},
		},
		"{\"id\":\"m1\",\"command\":\"\ufffd\",\"outcome\":\"dead\"}": {
			ID: "m1", Command: "\xff", Outcome: Dead,
		},
	} {
		if got := string(a.Encode()); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
