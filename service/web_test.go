package service

import (
	"strings"
	"testing"
)

func TestBasePaths(t *testing.T) {
	for given, want := range map[string]string{
		"": "", "/": "", "/shop": "/shop", "/shop/": "/shop", "\t/shop\n": "/shop",
		"/a/b-c_d.e~f/1": "/a/b-c_d.e~f/1",
	} {
		c, err := Config{BasePath: given}.resolved()
		if err != nil || c.BasePath != want {
			t.Errorf("%q is %q, %v", given, c.BasePath, err)
		}
	}
	for _, given := range []string{
		"shop", "//", "//shop", "/shop//", "/a//b", "/.", "/..", "/shop/../x", "/a b", "/a%20b",
		"/ü", "/shop?x", "/shop#x", "https://x/shop", "/a\\b", "/a;b", "/\x00", "/<script>", "/\"",
	} {
		_, err := Config{BasePath: given}.resolved()
		if err == nil || !strings.Contains(err.Error(), "BASE_PATH") {
			t.Errorf("%q: %v", given, err)
		}
	}
}

func TestHosts(t *testing.T) {
	for given, want := range map[string]struct{ binds, checks string }{
		"":           {":3000", "127.0.0.1:3000"},
		"0.0.0.0":    {"0.0.0.0:3000", "127.0.0.1:3000"},
		"::":         {"[::]:3000", "127.0.0.1:3000"},
		"[::1]":      {"[::1]:3000", "[::1]:3000"},
		"localhost":  {"localhost:3000", "localhost:3000"},
		"10.0.0.7\n": {"10.0.0.7:3000", "10.0.0.7:3000"},
	} {
		c, err := Config{Host: given, Port: 3000}.resolved()
		if got := c.http("").Address; err != nil || got != want.binds {
			t.Errorf("%q binds %q, %v; want %s", given, got, err, want.binds)
		}
		if got := c.healthAddress(); got != want.checks {
			t.Errorf("%q is checked at %s, want %s", given, got, want.checks)
		}
	}
	for _, given := range []string{"a:b", "127.0.0.1:3000", "http://x", "a b"} {
		_, err := Config{Host: given}.resolved()
		if err == nil || !strings.Contains(err.Error(), "HOST") {
			t.Errorf("%q: %v", given, err)
		}
	}
}

func TestAdminHosts(t *testing.T) {
	for given, want := range map[string]string{
		"": "127.0.0.1:1", "127.0.0.1": "127.0.0.1:1", "0.0.0.0": "0.0.0.0:1",
		"::1": "[::1]:1", "[::1]": "[::1]:1", "[::]": "[::]:1", "fe80::1%eth0": "[fe80::1%eth0]:1",
		"localhost": "localhost:1", "\tadmin.shop.example\n": "admin.shop.example:1",
	} {
		c, err := Config{AdminHost: given, AdminPort: 1}.resolved()
		if err != nil || c.adminAddress() != want {
			t.Errorf("%q is %q, %v", given, c.adminAddress(), err)
		}
	}
	for _, given := range []string{
		"*", "127.0.0.1:4431", "[::1]:4431", "[::1", "::1]", "http://localhost", "a b", ":80",
		"a..b", "localhost/admin", "10.0.0.0/8", "[]x",
	} {
		_, err := Config{AdminHost: given}.resolved()
		if err == nil || !strings.Contains(err.Error(), "ADMIN_HOST") {
			t.Errorf("%q: %v", given, err)
		}
	}
}

func TestTrustedProxies(t *testing.T) {
	for given, want := range map[string]int{"": 0, "10.0.0.0/8,::1": 2, "loopback,private": 6} {
		c, err := Config{TrustedProxies: split(given)}.resolved()
		if got := c.http("").Limits.Proxies.Trusted; err != nil || len(got) != want {
			t.Errorf("%q are %v, %v; want %d networks", given, got, err, want)
		}
	}
	for _, given := range []string{"0.0.0.0/0", "10.0.0.0/8,proxy.example", "10.0.0.1:80", "*"} {
		_, err := Config{TrustedProxies: split(given)}.resolved()
		if err == nil || !strings.Contains(err.Error(), "TRUSTED_PROXIES") {
			t.Errorf("%q: %v", given, err)
		}
	}
}

// split splits a list as the command line does.
func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

func TestOrigins(t *testing.T) {
	for given, want := range map[string]string{
		"": "", ",": "", "*": "*", "https://shop.example": "https://shop.example",
		"http://127.0.0.1:80443": "!", "http://[::1]:8080": "http://[::1]:8080",
		"https://Shop.example , http://localhost:5173,": "https://shop.example " +
			"http://localhost:5173",
		"https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
	} {
		c, err := Config{Origins: strings.Split(given, ",")}.resolved()
		got := strings.Join(c.Origins, " ")
		if (err != nil) != (want == "!") || err == nil && got != want {
			t.Errorf("%q is %q, %v", given, got, err)
		}
	}
	for _, given := range []string{
		"null", "shop.example", "https://", "https://shop.example/", "https://shop.example/a",
		"https://u@shop.example", "https://shop.example?", "https://shop.example#", "ftp://x",
		"https://*.example", "https://shop.example:443", "http://x:80", "http://x:080", "http://x:",
		"http://x:0", "http://x:65536", "https://bücher.example", "http://a b", "*.example", "**",
		"https://x\x00", "https://x\r\nA: b", "file://", "https://x..y",
	} {
		_, err := Config{Origins: []string{"https://fine.example", given}}.resolved()
		if err == nil || !strings.Contains(err.Error(), "CORS_ORIGINS") {
			t.Errorf("%q: %v", given, err)
		}
	}
	if _, err := (Config{Origins: []string{"*", "https://x"}}).resolved(); err == nil {
		t.Error("* and another pass")
	}
}

func TestAHeaderOfNoProxyIsRefused(t *testing.T) {
	c := Config{ForwardedHeader: "forwarded"}
	if _, err := c.resolved(); err == nil || !strings.Contains(err.Error(), "FORWARDED_HEADER") {
		t.Errorf("without a proxy: %v", err)
	}
	c.TrustedProxies = []string{"loopback"}
	if _, err := c.resolved(); err != nil {
		t.Error(err)
	}
}
