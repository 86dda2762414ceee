package http_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/ports"
)

const heapProfile = "/debug/pprof/heap"

// withProfiles is the configuration of a service that has an admin port.
var withProfiles = http.Config{Address: "127.0.0.1:0", AdminAddress: "127.0.0.1:0"}

// Profiles are for operators, on the admin port alone, and off where anybody may ask there.
func TestProfilesAreForOperators(t *testing.T) {
	admin := "Authorization: Bearer " + tokenOf("ann", "orders:admin", "orders:manage")
	for _, tt := range []struct {
		tokens   ports.Authenticator
		loopback bool
		sent     string
		status   int // On the admin port.
		public   int
	}{
		{nil, true, "", 200, 404},
		{nil, false, "", 404, 404},
		{&tokens{}, true, "", 200, 401},
		{&tokens{}, false, "", 401, 401},
		{&tokens{}, false, "Authorization: Bearer " + ann, 403, 404},
		{&tokens{}, false, admin, 200, 404},
		{&tokens{err: ports.ErrUnavailable}, false, admin, 503, 503},
	} {
		s := startAs(t, withProfiles, func(p *http.Parts) { p.Tokens = tt.tokens })
		at := &rawClient{address: s.adminPort(t, tt.loopback)}
		public := &rawClient{address: serve(t, s).Addr().String()}
		for _, path := range []string{
			heapProfile, "/debug/pprof", "/debug/pprof/", "/Debug/pprof/heap",
		} {
			got := at.status(t, "GET", path, cmp.Or(tt.sent, "X: y"))
			if got != tt.status {
				t.Errorf("%+v: %s on the admin port: %d", tt, path, got)
			}
			if got := public.status(t, "GET", path, cmp.Or(tt.sent, "X: y")); got != tt.public {
				t.Errorf("%+v: %s on the public port: %d", tt, path, got)
			}
		}
	}
}

// Nor does a page of another origin, or a name that leads to this machine, get at them.
func TestNoPageReadsProfiles(t *testing.T) {
	c := withProfiles
	c.Origins, c.BasePath = []string{"*"}, "/shop"
	_, a := watched(t, c, func(*service) {})
	read := get(t, a, heapProfile)
	read.is(t, 200)
	read.header(t, "Cache-Control", "no-store")
	read.header(t, "Access-Control-Allow-Origin", "")
	get(t, a, "/shop"+heapProfile).is(t, 404)
	conn := dial(t, a)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: evil.example\r\n\r\n", heapProfile)
	answers(t, conn, 1)[0].is(t, 400)
}

func TestWithoutAnAdminPortThereAreNoProfiles(t *testing.T) {
	start(t).ask(t, "GET", heapProfile, "").is(t, 404)
}

func TestEachProfile(t *testing.T) {
	_, a := watched(t, withProfiles, func(*service) {})
	list := get(t, a, "/debug/pprof/")
	list.is(t, 200)
	for _, name := range []string{
		"heap", "allocs?seconds=1", "goroutine", "threadcreate", "profile?seconds=1",
		"mutex?seconds=1", "block?seconds=1", "heap?gc=1",
	} {
		taken := get(t, a, "/debug/pprof/"+name)
		taken.is(t, 200)
		taken.header(t, "Content-Type", "application/octet-stream")
		if _, err := gzip.NewReader(bytes.NewReader([]byte(taken.text))); err != nil {
			t.Errorf("%s is no profile: %v", name, err)
		}
		kind, _, _ := strings.Cut(name, "?")
		list.has(t, "/debug/pprof/"+kind)
	}
	get(t, a, "/debug/pprof/trace?seconds=1").has(t, "go 1.")
	get(t, a, "/debug/pprof/goroutine?debug=2").has(t, "goroutine 1 [")
	for name, status := range map[string]int{
		"cmdline": 404, "symbol": 404, "x": 404, "heap/x": 404, "profile?seconds=61": 400,
		"trace?seconds=6": 400, "heap?seconds=61": 400, "heap?seconds=0": 400,
		"heap?seconds=x": 400, "heap?debug=3": 400, "heap?debug=1&seconds=1": 400,
		"heap?other=1": 400, "?x=1": 400,
	} {
		get(t, a, "/debug/pprof/"+name).is(t, status)
	}
}

// Two profiles at once would be of each other. A stop waits for none.
func TestOneProfileAtATime(t *testing.T) {
	_, a := watched(t, withProfiles, func(*service) {})
	both := make(chan answer, 2)
	for _, kind := range []string{"profile", "mutex"} {
		go func() { both <- get(t, a, "/debug/pprof/"+kind+"?seconds=60") }()
	}
	refused := <-both
	refused.is(t, 503)
	refused.header(t, "Retry-After", "1")
	refused.has(t, "another profile is being taken")
	get(t, a, heapProfile).is(t, 200) // It takes no time.
	if err := a.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	ended := <-both
	ended.is(t, 503)
	ended.has(t, "the process is stopping")
}
