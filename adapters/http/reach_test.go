package http_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/adapters/memory"
	"orders/domain/order"
	"orders/ports"
)

// The ETag of a command is what a query that must show it takes.
func TestReadYourWrites(t *testing.T) {
	s := start(t)
	created := s.ask(t, "POST", place, mouse, "Prefer", "respond-async")
	path := created.Header.Get("Location")
	s.ask(t, "GET", path+"?minVersion="+created.Header.Get("ETag"), "").is(t, 200)
	confirmed := s.ask(t, "POST", place+"/"+created.id()+"/confirm", "",
		"Prefer", "respond-async")
	for _, version := range []string{confirmed.Header.Get("ETag"), "2", "002", "%222%22",
		"1", `W/"2"`, "W/%222%22"} {
		a := s.ask(t, "GET", path+"?minVersion="+version, "")
		a.is(t, 200)
		a.has(t, `"status":"CONFIRMED"`)
		a.header(t, "ETag", `"2"`)
	}
	s.ask(t, "GET", path+`?minVersion="2"`, "", "If-None-Match", `"2"`).is(t, 304)
}

func TestAMinVersionThatIsNone(t *testing.T) {
	s := start(t)
	path := show + "/" + s.order(t)
	for _, version := range []string{
		"", "0", "-1", "%2B1", "1.0", "two", "1&minVersion=1", `"1`, `1"`, `""`, `"0"`,
		`W/"0"`, `W/1`, `w/"1"`, `W/""`, `""1""`, "'1'",
	} {
		a := s.ask(t, "GET", path+"?minVersion="+version, "")
		a.is(t, 400)
		a.has(t, `"issues":[{"path":["minVersion"],"message":"must`)
	}
	a := s.ask(t, "GET", path+"?minVersion=1&atVersion=1", "")
	a.is(t, 400)
	a.has(t, `"issues":[{"path":["minVersion"],"message":"cannot be combined with`)
	s.ask(t, "GET", show+"/42?minVersion=1", "").is(t, 404)
}

// A query waits while waiting can help, and tells what has not been shown from what has not
// happened.
func TestAReadModelThatLags(t *testing.T) {
	began := time.Now()
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders {
		return memory.NewViews() // Nobody projects into it.
	})
	created := s.ask(t, "POST", place, mouse, "Prefer", "respond-async")
	for path, want := range map[string]string{
		created.id() + "?minVersion=1":                          "503 projection-lagging 1",
		created.id() + `?minVersion="2"`:                        "404 version-unknown ",
		created.id() + "?minVersion=" + strings.Repeat("9", 40): "404 version-unknown ",
		nowhere + "?minVersion=1":                               "404 order-not-found ",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			a := s.ask(t, "GET", show+"/"+path, "")
			got := fmt.Sprintln(a.StatusCode, a.json["code"], a.Header.Get("Retry-After"))
			if got != want+"\n" {
				t.Errorf("answered %s, want %s", got, want)
			}
			if took := time.Since(began); took < 2*time.Second {
				t.Errorf("it gave up after %s", took)
			}
		})
	}
}

// What is projected while a query waits is shown at once, whoever projects it.
func TestAQueryIsWokenUp(t *testing.T) {
	late := memory.NewViews()
	s := startWith(t, http.Config{}, nil, func(ports.Orders) ports.Orders { return late })
	const tries = 5 // One is in time on any machine, unless nobody is woken up.
	took := time.Hour
	for n := 0; took > time.Second && n < tries; n++ {
		took = s.wokenAfter(t, late)
	}
	if took > time.Second {
		t.Errorf("it took %s", took)
	}
}

// wokenAfter is how long a query waits for what is projected a moment after it has begun.
func (s *service) wokenAfter(t *testing.T, late *memory.Views) time.Duration {
	t.Helper()
	created := s.ask(t, "POST", place, mouse, "Prefer", "respond-async")
	stream, err := s.store.Load(t.Context(), order.ID(created.id()))
	if err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(20*time.Millisecond, func() {
		late.Save(t.Context(), []ports.OrderView{ports.ViewOf(stream)})
	})
	defer timer.Stop()
	began := time.Now()
	a := s.ask(t, "GET", created.Header.Get("Location")+"?minVersion=1", "")
	if a.StatusCode != 200 {
		t.Log(a.text)
		return time.Hour
	}
	return time.Since(began)
}
