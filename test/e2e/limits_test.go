package e2e_test

import (
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"
)

// from is the client at another address of this machine.
func (c client) from(address string) client {
	d := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(
		netip.AddrPortFrom(netip.MustParseAddr(address), 0))}
	c.http = &http.Client{Transport: &http.Transport{DialContext: d.DialContext}}
	return c
}

// spoofs are what clients may send to be taken for somebody else.
var spoofs = [][]string{
	{"X-Forwarded-For: 203.0.113.9"}, {"X-Forwarded-For: 127.0.0.1"},
	{"X-Forwarded-For: 203.0.113.9, 127.0.0.1", "Forwarded: for=203.0.113.9"},
	{"X-Real-IP: 203.0.113.9", "Forwarded: for=203.0.113.9;by=127.0.0.1"},
	{"Forwarded: for=127.0.0.1, for=203.0.113.9"}, {"True-Client-IP: 203.0.113.9"},
	{"X-Forwarded-For: "}, {"X-Forwarded-For: ,"},
}

// wantLimited wants that the client is limited, whatever it sends. It began to ask then.
func (c client) wantLimited(t *testing.T, began time.Time) {
	t.Helper()
	for _, headers := range append(spoofs, nil) {
		a := c.must(t, 429, "GET", "/queries/orders", "", headers...)
		if !isHalfHour(a.header.Get("Retry-After"), began) || a.json["code"] != "rate-limited" {
			t.Errorf("%v: %v, %v", headers, a.header, a.json)
		}
	}
}

// isHalfHour reports whether a text is the seconds that are left of half an hour, of which no more
// have passed than since began.
func isHalfHour(text string, began time.Time) bool {
	left, err := strconv.Atoi(text)
	least := math.Ceil((30*time.Minute - time.Since(began)).Seconds())
	return err == nil && left <= 1800 && float64(left) >= least
}

// Behind nginx each client is limited by its own address, whatever it says of itself.
func TestLimitsBehindNginx(t *testing.T) {
	const usual = "X-Forwarded-For $proxy_add_x_forwarded_for;"
	for header, configured := range map[string]string{
		"x-forwarded-for": usual,
		"forwarded":       `Forwarded "$http_forwarded, for=$remote_addr";`,
	} {
		t.Run(header, func(t *testing.T) {
			p := start(t, "BASE_PATH=/shop", "RATE_LIMIT=queries=2/h",
				"TRUSTED_PROXIES=127.0.0.1", "FORWARDED_HEADER="+header)
			proxied := nginx(t, p.port, usual, configured)
			for _, address := range []string{"127.0.0.2", "127.0.0.3"} {
				c, began := proxied.from(address), time.Now()
				c.must(t, 200, "GET", "/queries/orders", "", spoofs[0]...)
				a := c.must(t, 200, "GET", "/queries/orders", "", spoofs[2]...)
				left, is := strings.CutPrefix(a.header.Get("RateLimit"), `"queries";r=0;t=`)
				if !is || !isHalfHour(left, began) {
					t.Errorf("RateLimit is %s", a.header.Get("RateLimit"))
				}
				c.wantLimited(t, began)
			}
			// Nobody else than the proxy is believed.
			direct, began := p.from("127.0.0.4"), time.Now()
			direct.must(t, 200, "GET", "/queries/orders", "", spoofs[0]...)
			direct.must(t, 200, "GET", "/queries/orders", "", spoofs[2]...)
			direct.wantLimited(t, began)
			proxied.from("127.0.0.3").must(t, 200, "GET", "/livez", "")
		})
	}
}
