package http_test

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestIdempotency(t *testing.T) {
	s := start(t)
	first := s.ask(t, "POST", place, mouse, "Idempotency-Key", "key-1")
	first.is(t, 201)
	id := first.id()
	s.ask(t, "POST", place+"/"+id+"/confirm", "").is(t, 200)

	again := s.ask(t, "POST", place, mouse, "Idempotency-Key", `"key-1"`) // Quotes do not count.
	again.is(t, 200)
	again.header(t, "Idempotent-Replayed", "true")
	again.header(t, "Location", show+"/"+id)
	again.header(t, "ETag", `"1"`) // As it was then.
	again.has(t, `{"message":"🔁 Duplicate request (idempotent replay). Returning existing `+
		`order.","orderId":"`+id+`","version":1,"status":"CREATED",`)

	other := strings.Replace(mouse, "599", "598", 1)
	reused := s.ask(t, "POST", place, other, "Idempotency-Key", "key-1")
	reused.is(t, 422)
	reused.has(t, `"code":"idempotency-key-reused"`)
	if n := len(s.commits(t, id)); n != 2 {
		t.Errorf("%d commits, want 2", n)
	}

	somebody := strings.Replace(mouse, "user_123", "user_124", 1)
	theirs := s.ask(t, "POST", place, somebody, "Idempotency-Key", "key-1")
	theirs.is(t, 201)
	if theirs.id() == id {
		t.Error("two users share an order")
	}
	if one, two := s.order(t), s.order(t); one == two {
		t.Error("two orders without a key are one")
	}
	s.ask(t, "GET", show+"/"+id, "", "Idempotency-Key", "no key").is(t, 200)
}

func TestAKeyOnALaterCommand(t *testing.T) {
	s := start(t)
	id := s.order(t)
	path := place + "/" + id
	s.ask(t, "POST", path+"/confirm", "", "Idempotency-Key", "k").is(t, 200)
	s.ask(t, "POST", path+"/cancel", `{"reason":"staff"}`, "Idempotency-Key", "c").is(t, 200)
	again := s.ask(t, "POST", path+"/confirm", "{}", "Idempotency-Key", "k")
	again.is(t, 200)
	again.header(t, "Idempotent-Replayed", "true")
	again.header(t, "ETag", `"2"`)
	again.has(t, `"version":2,"status":"CONFIRMED"`)
	reused := s.ask(t, "POST", path+"/cancel", `{"reason":"fraud"}`, "Idempotency-Key", "c")
	reused.is(t, 422)
}

// The change binds the key: what was refused, tried, or so already leaves it to other commands.
func TestWhatChangesNothingBindsNoKey(t *testing.T) {
	s := start(t)
	id := s.order(t)
	path := place + "/" + id
	s.do(t, id, "confirm", "")
	for _, unbound := range []struct {
		command, body string
		status        int
	}{
		{"confirm", "", 200}, {"complete", "", 409}, {"cancel", "{}", 400},
		{"cancel" + dry, `{"reason":"fraud"}`, 200}, {"confirm", "", 200},
	} {
		a := s.ask(t, "POST", path+"/"+unbound.command, unbound.body, "Idempotency-Key", "k")
		a.is(t, unbound.status)
		a.header(t, "Idempotent-Replayed", "")
	}
	const staff = `{"reason":"staff"}`
	s.ask(t, "POST", path+"/cancel", staff, "Idempotency-Key", "k").has(t, `"version":3`)
	s.ask(t, "POST", path+"/cancel", staff, "Idempotency-Key", "free").has(t, `"version":3`)
	again := s.ask(t, "POST", path+"/cancel", staff, "Idempotency-Key", "k")
	again.header(t, "Idempotent-Replayed", "true")
	s.ask(t, "POST", path+"/confirm", "", "Idempotency-Key", "k").is(t, 422)
	s.ask(t, "POST", path+"/confirm", "", "Idempotency-Key", "free").is(t, 409)
}

// A create that was refused leaves its key to the next.
func TestARefusedCreateBindsNoKey(t *testing.T) {
	s := start(t)
	wrong := strings.Replace(mouse, "599", "0", 1)
	s.ask(t, "POST", place, wrong, "Idempotency-Key", "k").is(t, 400)
	s.ask(t, "POST", place+dry, mouse, "Idempotency-Key", "k").is(t, 200)
	s.ask(t, "POST", place, mouse, "Idempotency-Key", "k").is(t, 201)
}

func TestTheDocumentSaysWhatBindsAKey(t *testing.T) {
	document := start(t).ask(t, "GET", "/openapi.json", "")
	document.has(t, "when the command changes the order, and never expires. A command that is "+
		"refused, changes nothing, or is a dry run binds no key.")
}

func TestFiftyEqualRequestsAtOnceMakeOneOrder(t *testing.T) {
	s := start(t)
	var mu sync.Mutex
	statuses, ids := map[int]int{}, map[string]bool{}
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			a := s.ask(t, "POST", place, mouse, "Idempotency-Key", "once")
			mu.Lock()
			defer mu.Unlock()
			statuses[a.StatusCode]++
			ids[a.id()] = true
		})
	}
	all.Wait()
	if statuses[201] != 1 || statuses[200] != 49 || len(ids) != 1 {
		t.Errorf("statuses %v, orders %v", statuses, ids)
	}
}

// An empty header beside a key, as a proxy may add one, must not make a second order.
func TestAKeyComesOnce(t *testing.T) {
	s := start(t)
	for _, keys := range [][]string{{"", "a"}, {"a", ""}, {"a", "b"}, {"a", "a"}} {
		req := httptest.NewRequestWithContext(t.Context(), "POST", place, strings.NewReader(mouse))
		req.Header.Set("Content-Type", "application/json")
		req.Header["Idempotency-Key"] = keys
		res, err := s.Test(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 400 {
			t.Errorf("keys %q got %d, want 400", keys, res.StatusCode)
		}
	}
}
