package http_test

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"testing"

	"orders/adapters/http"
	"orders/ports"
)

// However a path is written, only /admin leads there.
func TestNoPathLeadsToAdmin(t *testing.T) {
	s := startAs(t, http.Config{Address: "127.0.0.1:0", BasePath: "/shop"}, func(p *http.Parts) {
		p.Projections = behind
	})
	l := serve(t, s)
	for _, path := range []string{
		"//y/admin/projections", "///admin/projections", "//y:80/admin/projections",
		"//y@z/admin/projections", "//y/admin/projections?z=://", "//http://y/admin/projections",
		"//y?/admin/projections", "//y#/admin/projections", "/y/..//admin/projections",
		"/http://y/admin/projections", "/./admin/projections", "/%2e/admin/projections",
	} {
		for _, below := range []string{"", "/shop"} {
			for _, version := range []string{"1.1\r\nHost: x", "1.1\r\nHost:", "1.0"} {
				for _, a := range l.exchange(t, "GET "+below+path+" HTTP/"+version+
					"\r\nConnection: close\r\n\r\n", "GET") {
					if a.StatusCode != 404 && a.StatusCode != 400 {
						t.Errorf("%s%s, HTTP/%q: %d", below, path, version, a.StatusCode)
					}
				}
			}
		}
	}
}

// What an admin port answers, by path: with no token, and with one for operators.
func TestTheAdminPort(t *testing.T) {
	admin := "Authorization: Bearer " + tokenOf("ann", "orders:admin", "orders:manage")
	for _, tt := range []struct {
		tokens   ports.Authenticator
		loopback bool
		sent     string
		want     string // The statuses of the paths.
	}{
		{nil, true, "", "200 200 404 404 404"},
		{nil, false, "", "200 404 404 404 404"},
		{&tokens{}, true, "", "200 200 404 404 404"},
		{&tokens{}, false, "", "200 401 401 401 401"},
		{&tokens{}, false, "Authorization: Bearer " + ann, "200 403 404 404 404"},
		{&tokens{}, true, admin, "200 200 404 404 404"},
		{&tokens{}, false, admin, "200 200 404 404 404"},
		{&tokens{err: ports.ErrUnavailable}, false, admin, "200 503 503 503 503"},
		{&tokens{err: ports.ErrUnavailable}, true, admin, "200 200 404 404 404"},
	} {
		s := startAs(t, http.Config{}, func(p *http.Parts) {
			p.Tokens, p.Projections = tt.tokens, behind
		})
		c := &rawClient{address: s.adminPort(t, tt.loopback)}
		var got []string
		for _, path := range []string{
			"/livez", "/admin/projections", show, "/docs",
			"/queries/orders/..%2F..%2Fadmin%2Fx/history",
		} {
			got = append(got, fmt.Sprint(c.status(t, "GET", path, cmp.Or(tt.sent, "X: y"))))
		}
		if all := strings.Join(got, " "); all != tt.want {
			t.Errorf("tokens %v, loopback %v, %q: %s, want %s", tt.tokens, tt.loopback, tt.sent,
				all, tt.want)
		}
	}
}

// adminPort serves what an admin port does, and returns its address.
func (s *service) adminPort(t *testing.T, loopback bool) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := s.AdminServer(loopback)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(server.Shutdown(), <-ended); err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String()
}

// No page of a browser reads from a loopback port under a name that leads there.
func TestTheHostOfALoopbackPort(t *testing.T) {
	for _, f := range []ports.Authenticator{nil, &tokens{}} {
		s := startAs(t, http.Config{}, func(p *http.Parts) {
			p.Tokens, p.Projections, p.Relays = f, behind, stuck
		})
		address := s.adminPort(t, true)
		for host, want := range map[string]int{
			"localhost": 200, "LocalHost:3001": 200, "127.0.0.1": 200, "127.0.0.1:1": 200,
			"[::1]": 200, "[::1]:3001": 200, "10.1.2.3:80": 200,
			"evil.example": 400, "evil.example:3001": 400, "localhost.evil.example": 400,
			"127.0.0.1.evil.example": 400, "localhost.": 400, "x": 400,
		} {
			for path, want := range map[string]int{
				"/admin/projections": want, "/admin/subscriptions": want, "/livez": 200,
			} {
				request := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"
				if got := statusOf(t, address, request); got != want {
					t.Errorf("%s of %q: %d, want %d", path, host, got, want)
				}
			}
		}
		if got := statusOf(t, address, "GET /admin/projections HTTP/1.0\r\n\r\n"); got != 200 {
			t.Errorf("without a Host: %d", got)
		}
	}
}

// statusOf sends a request on a connection of its own.
func statusOf(t *testing.T, address, request string) int {
	t.Helper()
	c, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, request)
	return answers(t, c, 1)[0].StatusCode
}

func TestWhatALoopbackAddressIs(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:1": true, "127.1.2.3:1": true, "[::1]:1": true, "[::ffff:127.0.0.1]:1": true,
		"0.0.0.0:1": false, "[::]:1": false, "192.168.1.1:1": false, "10.0.0.1:1": false,
	} {
		a, err := net.ResolveTCPAddr("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if http.IsLoopback(a) != want {
			t.Errorf("%s: want %v", address, want)
		}
	}
	if http.IsLoopback(&net.UnixAddr{Name: "/run/x"}) || http.IsLoopback(&net.TCPAddr{}) {
		t.Error("an address without an IP counts as one")
	}
}

// A name counts as what it is bound to.
func TestTheAdminPortIsBoundToAName(t *testing.T) {
	c := http.Config{Address: "127.0.0.1:0", AdminAddress: "localhost:0"}
	s := startAs(t, c, func(p *http.Parts) { p.Tokens, p.Projections = &tokens{}, behind })
	a := http.NewAdminListener(c, slog.New(slog.DiscardHandler))
	if err := a.Serve(t.Context(), s.Server); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close(t.Context()) }()
	get(t, a, "/admin/projections").is(t, 200)
}
