package e2e_test

import (
	"log/slog"
	nethttp "net/http"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/fx"
	"go.uber.org/fx/fxtest"
	"go.uber.org/goleak"

	"orders/adapters/http"
	"orders/service"
	"orders/test/issuer"
	"orders/test/leak"
)

// gets returns the status of an answer to whoever bears the token.
func (c client) gets(t *testing.T, path, token string) int {
	t.Helper()
	req, err := nethttp.NewRequestWithContext(t.Context(), "GET", c.base+path, nethttp.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// bearing asks for the orders with a token, and wants the status.
func (c client) bearing(t *testing.T, status int, token string) {
	t.Helper()
	if got := c.gets(t, "/queries/orders", token); got != status {
		t.Errorf("the token %s gets %d, want %d", token, got, status)
	}
}

func TestAStartWithoutTheIssuerSaysSoAndGoesOn(t *testing.T) {
	port := strconv.Itoa(freePort(t))
	p := start(t, "AUTH=jwt", "AUTH_ISSUER=http://127.0.0.1:"+port,
		"AUTH_AUDIENCE="+issuer.Audience)
	if p.gets(t, "/readyz", "") != 503 || p.gets(t, "/health", "") != 200 {
		t.Error("it is ready, or not healthy")
	}
	i, err := issuer.Serve("127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	eventually(t, "it is ready", func() bool { return p.gets(t, "/readyz", "") == 200 })
	p.bearing(t, 200, i.Token("ann", "orders:read"))
	i.Rotate()
	p.bearing(t, 200, i.Token("ann", "orders:read"))
	i.Down(true)
	p.bearing(t, 200, i.Token("ann", "orders:read"))
	p.terminate(t)
	p.ends(t, 0, "The keys of tokens can be fetched again")
	if n := strings.Count(p.output.String(), "The keys of tokens cannot be fetched"); n != 1 {
		t.Errorf("the outage has %d warnings: %s", n, p.output)
	}
}

func TestNoTokenIsLogged(t *testing.T) {
	i := issuer.New(t)
	p := start(t, "AUTH=jwt", "AUTH_ISSUER="+i.URL, "AUTH_AUDIENCE="+issuer.Audience,
		"LOG_LEVEL=debug")
	good := i.Token("ann", "orders:read")
	stolen := issuer.NewKey("ES256").Sign(nil, i.Claims("s3cret-subject"))
	for token, want := range map[string]int{
		good: 200, good + "x": 401, good[1:]: 401, stolen: 401, "s3cret": 401,
		i.TokenWith(i.Claims("s3cret-subject", "s3cret-scope"), nil): 403,
		i.TokenWith(i.Claims("s3cret-subject"),
			issuer.Claims{"aud": "s3cret", "exp": "s3cret"}): 401,
	} {
		p.bearing(t, want, token)
	}
	p.terminate(t)
	p.ends(t, 0, "auth=jwt")
	for _, part := range append(strings.Split(good, "."), "s3cret-scope", i.Key().ID, "eyJ") {
		if strings.Contains(p.output.String(), part) {
			t.Errorf("the log has %s: %s", part, p.output)
		}
	}
}

func TestTokensLeaveNoTrace(t *testing.T) {
	i := issuer.New(t)
	before := goleak.IgnoreCurrent()
	c := service.Config{
		Auth: "jwt", Issuer: i.URL, Audience: issuer.Audience,
		WriteStore: service.Memory, ReadStore: service.Memory,
	}
	var server *http.Server
	running := fxtest.New(t, service.Module(c, "test", slog.New(slog.DiscardHandler)),
		fx.Populate(&server)).RequireStart()
	orders := newClient("http://" + server.Addr().String())
	orders.bearing(t, 200, i.Token("ann", "orders:read"))
	running.RequireStop()
	orders.http.CloseIdleConnections()
	leak.None(t, before, serverDate)
}
