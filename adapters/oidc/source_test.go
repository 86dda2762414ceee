package oidc_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// fetched says whether keys are fetched with these settings, and why not.
func fetched(t *testing.T, c oidc.Config) (why string) {
	t.Helper()
	var log bytes.Buffer
	a := oidc.New(c, slog.New(slog.NewTextHandler(&log, nil)))
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer a.Stop()
	if a.Ready(t.Context()) == nil {
		return ""
	}
	return log.String()
}

func TestKeysAreFoundByDiscoveryURLOrFile(t *testing.T) {
	i := issuer.New(t)
	name := filepath.Join(t.TempDir(), "the keys.json")
	if err := os.WriteFile(name, issuer.KeySet(i.Key()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, keysURL := range []string{
		"", i.KeysURL(), "file://" + strings.ReplaceAll(name, " ", "%20"), "file://" + name,
		"file:" + name,
	} {
		a := started(t, i, func(c *oidc.Config) { c.KeysURL = keysURL })
		if why := refused(t, a, i.Token("ann")); why != "" {
			t.Errorf("%q: %s", keysURL, why)
		}
	}
}

func TestAFileIsReadAgain(t *testing.T) {
	i := issuer.New(t)
	name := filepath.Join(t.TempDir(), "keys.json")
	write := func() {
		if err := os.WriteFile(name, issuer.KeySet(i.Key()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write()
	a := started(t, i, func(c *oidc.Config) { c.KeysURL = "file://" + name })
	i.Rotate()
	write()
	if why := refused(t, a, i.Token("ann")); why != "" || i.Fetches() != 0 {
		t.Errorf("the new key: %q, %d fetches", why, i.Fetches())
	}
}

func TestWhatIsNoFileOfKeysIsNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	pipe, large := filepath.Join(dir, "pipe"), filepath.Join(dir, "large")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, bytes.Repeat([]byte(" "), 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		pipe: "is not a file", dir: "is not a file", dir + "/x": "no such file",
		"/dev/zero": "is not a file",
		large:       "more than 1048576 bytes",
	} {
		why := fetched(t, oidc.Config{Issuer: "x", Audience: "x", KeysURL: "file://" + name})
		if !strings.Contains(why, want) {
			t.Errorf("%s: %s", name, why)
		}
	}
}

// What a server answers to discovery is believed only if it is the issuer's.
func TestDiscoveryIsNotLedAstray(t *testing.T) {
	evil := issuer.New(t)
	for _, tt := range []struct{ name, configuration, want string }{
		{"another issuer", `{"issuer":"` + evil.URL + `","jwks_uri":"` + evil.KeysURL() + `"}`,
			"another issuer"},
		{"a slash more", `{"issuer":"ISSUER/","jwks_uri":"` + evil.KeysURL() + `"}`,
			"another issuer"},
		{"no issuer", `{"jwks_uri":"` + evil.KeysURL() + `"}`, "another issuer"},
		{"no keys", `{"issuer":"ISSUER"}`,
			"jwks_uri of the issuer's configuration must be an https URL"},
		{"http", `{"issuer":"ISSUER","jwks_uri":"http://keys.example/k"}`,
			"http is only for localhost"},
		{"a file", `{"issuer":"ISSUER","jwks_uri":"file:///etc/passwd"}`, "must be an https URL"},
		{"another scheme", `{"issuer":"ISSUER","jwks_uri":"gopher://127.0.0.1/k"}`,
			"must be an https URL"},
		{"a user", `{"issuer":"ISSUER","jwks_uri":"http://a:b@127.0.0.1/k"}`, "without a user"},
		{"another type", `{"issuer":["ISSUER"],"jwks_uri":1}`, "is not the JSON"},
		{"HTML", `<html>`, "is not the JSON"},
		{"too large", strings.Repeat(" ", 1<<20+1), "more than"},
	} {
		mux := http.NewServeMux()
		server := httptest.NewServer(mux)
		defer server.Close()
		mux.HandleFunc(
			"/.well-known/openid-configuration",
			func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(strings.ReplaceAll(tt.configuration, "ISSUER", server.URL)))
			},
		)
		why := fetched(t, oidc.Config{Issuer: server.URL, Audience: "x"})
		if !strings.Contains(why, tt.want) {
			t.Errorf("%s: %s", tt.name, why)
		}
	}
	if evil.Fetches() != 0 {
		t.Error("keys of another issuer are fetched")
	}
}

// Auth0's issuers end with a slash, and Keycloak's have a path.
func TestDiscoveryIsBelowTheIssuer(t *testing.T) {
	i := issuer.New(t)
	for _, path := range []string{"/", "/realms/shop", "/realms/shop/"} {
		mux := http.NewServeMux()
		server := httptest.NewServer(mux)
		defer server.Close()
		found := strings.TrimSuffix(path, "/") + "/.well-known/openid-configuration"
		mux.HandleFunc("GET "+found, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, server.URL+path, i.KeysURL())
		})
		if why := fetched(t, oidc.Config{Issuer: server.URL + path, Audience: "x"}); why != "" {
			t.Errorf("%s: %s", path, why)
		}
	}
}

func TestRedirectsAreFollowedWithinAScheme(t *testing.T) {
	i := issuer.New(t)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	for from, to := range map[string]string{
		"/here": i.KeysURL(), "/https": secure.URL, "/elsewhere": "http://keys.example/k",
		"/file": "file:///etc/passwd", "/loop": "/loop",
	} {
		mux.Handle(from, http.RedirectHandler(to, http.StatusFound))
	}
	for from, want := range map[string]string{
		"/here": "", "/https": "to another scheme", "/elsewhere": "only for localhost",
		"/file": "to another scheme", "/loop": "too often", "/nowhere?secret=x": "answered 404",
	} {
		why := fetched(t, oidc.Config{Issuer: i.URL, Audience: "x", KeysURL: server.URL + from})
		if !strings.Contains(why, want) || want == "" && why != "" ||
			strings.Contains(why, "secret") {
			t.Errorf("%s: %s", from, why)
		}
	}
}

// URLs, one a line.
const (
	safeURLs = `
https://id.example
https://id.example/realms/x?a=b
HTTPS://ID.example
http://localhost:80
http://127.0.0.1
http://127.9.9.9/x
http://[::1]:4000/`
	otherURLs = `
http://id.example
http://localhost.evil.example
http://127.0.0.1.evil.example
http://127.0.0.1@evil.example
http://0.0.0.0
http://10.0.0.1
https://
id.example
//id.example
https:id.example
https://a:b@id.example
https://id.example#x
https://id example
ftp://id.example
javascript:alert(1)
file://etc/keys.json
file:keys.json
file:
file://
/etc/keys.json`
	files = `file:///etc/keys.json
file:/etc/keys.json`
)

func TestOnlyWhatNobodyBetweenCanChangeIsAURL(t *testing.T) {
	check := func(name string, by func(string) error, urls string, isRight bool) {
		for url := range strings.SplitSeq(urls, "\n") {
			if err := by(url); (err == nil) != isRight {
				t.Errorf("%s %q: %v", name, url, err)
			}
		}
	}
	check("URL", oidc.CheckURL, safeURLs[1:], true)
	check("URL", oidc.CheckURL, otherURLs, false)
	check("URL", oidc.CheckURL, files, false)
	check("URL of keys", oidc.CheckKeysURL, safeURLs[1:], true)
	check("URL of keys", oidc.CheckKeysURL, files, true)
	check("URL of keys", oidc.CheckKeysURL, otherURLs, false)
}

func TestNoLogHasAURLsQuery(t *testing.T) {
	why := fetched(t, oidc.Config{
		Issuer: "x", Audience: "x", KeysURL: "http://127.0.0.1:1/keys?code=s3cret",
	})
	if !strings.Contains(why, "127.0.0.1:1") || strings.Contains(why, "s3cret") {
		t.Error(why)
	}
}
