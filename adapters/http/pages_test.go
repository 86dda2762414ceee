package http_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"orders/adapters/http"
)

func TestTheRootLeadsToTheDocs(t *testing.T) {
	a := start(t).ask(t, "GET", "/", "")
	a.is(t, 302)
	a.header(t, "Location", "docs")
}

func TestTheDocumentAsYAML(t *testing.T) {
	a := start(t).ask(t, "GET", "/openapi.yaml", "")
	a.is(t, 200)
	a.header(t, "Content-Type", "application/yaml")
	a.has(t, "openapi: 3.1.0\n", "\n  /commands/orders:\n", "orderId}/cancel")
}

// The document of requests leads to that of messages, also below a prefix.
func TestTheDocumentOfMessages(t *testing.T) {
	for _, base := range []string{"", "/shop"} {
		s := startWith(t, http.Config{BasePath: base, Version: "1.2.3"}, nil, nil)
		a := s.ask(t, "GET", base+"/asyncapi.json", "")
		a.is(t, 200)
		a.header(t, "Content-Type", "application/json")
		a.has(t, `"asyncapi": "3.0.0"`, `"version": "1.2.3"`, `"OrderCreated"`)
		s.ask(t, "GET", base+"/openapi.json", "").has(t, "[asyncapi.json]("+base+"/asyncapi.json)")
	}
}

// The docs work without the internet: all that they load comes from here, and browsers are told
// to load nothing else.
func TestTheDocsNeedNobodyElse(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/docs", "/docs/"} {
		page := s.ask(t, "GET", path, "")
		page.is(t, 200)
		page.runsOnlyFiles(t)
		if foreign := regexp.MustCompile(`https?://[\w.]+`).FindString(page.text); foreign != "" {
			t.Errorf("the page names %s", foreign)
		}
		assets := regexp.MustCompile(`(?:src|href)="([^"]+)"`).FindAllStringSubmatch(page.text, -1)
		if len(assets) < 5 {
			t.Errorf("only %d assets: %v", len(assets), assets)
		}
		for _, match := range assets {
			asset, err := url.Parse(match[1])
			if err != nil || asset.IsAbs() || strings.HasPrefix(match[1], "/") {
				t.Fatalf("the asset %s, %v, is not found behind a prefix", match[1], err)
			}
			s.loads(t, (&url.URL{Path: path}).ResolveReference(asset).Path)
		}
	}
	for _, path := range []string{
		"/docs/nothing", "/docs/page.html", "/docs/oauth2-redirect.html", "/docs/embed.go",
		"/docs/page/page.js", "/docs/../docs/page.html", "/docs//page.js",
	} {
		missing := s.ask(t, "GET", path, "")
		missing.is(t, 404)
		missing.header(t, "Content-Type", "application/problem+json")
		missing.has(t, `"code":"route-not-found"`)
	}
}

var inline = regexp.MustCompile(
	`(?i)<script(>|[^>]*>[^<])|<style|\son\w+=|\sstyle=|javascript:`)

// runsOnlyFiles checks that a browser runs and styles by nothing but our files, loads from nowhere
// else, and shows the page in no other one.
func (a answer) runsOnlyFiles(t *testing.T) {
	t.Helper()
	policy := map[string]string{}
	for directive := range strings.SplitSeq(a.Header.Get("Content-Security-Policy"), ";") {
		name, sources, _ := strings.Cut(strings.TrimSpace(directive), " ")
		policy[name] = sources
	}
	for name, want := range map[string]string{
		"default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
		"connect-src": "'self'", "img-src": "'self' data:", "base-uri": "'none'",
		"form-action": "'none'", "frame-ancestors": "'none'",
	} {
		if policy[name] != want {
			t.Errorf("%s is %s", name, policy[name])
		}
	}
	if len(policy) != 8 {
		t.Errorf("the policy is %v", policy)
	}
	a.header(t, "Referrer-Policy", "no-referrer")
	a.header(t, "Cross-Origin-Opener-Policy", "same-origin")
	a.header(t, "Cross-Origin-Resource-Policy", "same-origin")
	if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		if found := inline.FindString(a.text); found != "" {
			t.Errorf("the page has %q", found)
		}
	}
}

// Every answer forbids browsers to guess its type. Only TLS of our own makes them stay with it.
func TestEveryAnswerSaysWhatItIs(t *testing.T) {
	l := listen(t, nil)
	for _, request := range []string{
		ask, "GET /docs HTTP/1.1\r\nHost: x\r\n\r\n", "NONSENSE\r\n\r\n",
		"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
		post + "Content-Length: 9000000\r\n\r\n",
		post + "Expect: x\r\nContent-Length: 2\r\n\r\n{}",
		"GET /admin/projections HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /ADMIN/nothing HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		a := answers(t, l.dial(t, request), 1)[0]
		a.header(t, "X-Content-Type-Options", "nosniff")
		a.header(t, "Strict-Transport-Security", "")
		want := ""
		if strings.Contains(strings.ToLower(request), "/admin") {
			want = "no-store"
		}
		a.header(t, "Cache-Control", want)
	}
}

// loads checks an asset: it is here, and a style sheet loads nothing from elsewhere.
func (s *service) loads(t *testing.T, path string) {
	t.Helper()
	if !strings.HasPrefix(path, "/docs/") {
		t.Fatalf("the asset %s is not ours", path)
	}
	for _, accepted := range []string{"", "gzip"} {
		asset := s.ask(t, "GET", path, "", "Accept-Encoding", accepted)
		asset.is(t, 200)
		asset.runsOnlyFiles(t)
		if len(asset.text) == 0 || asset.Header.Get("Content-Encoding") != accepted &&
			strings.Contains(path, "swagger-ui") {
			t.Errorf("%s has %d bytes, as %q", path, len(asset.text),
				asset.Header.Get("Content-Encoding"))
		}
		if accepted == "" && strings.HasSuffix(path, ".css") &&
			regexp.MustCompile(`@import|url\(["']?(https?:)?//`).MatchString(asset.text) {
			t.Errorf("%s loads from elsewhere", path)
		}
	}
}
