package http_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
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

// The docs work without the internet: all that they load comes from here, and browsers are told
// to load nothing else.
func TestTheDocsNeedNobodyElse(t *testing.T) {
	s := start(t)
	for _, path := range []string{"/docs", "/docs/"} {
		page := s.ask(t, "GET", path, "")
		page.is(t, 200)
		page.has(t, `"swaggerJsonUrl":"../openapi.json"`, "SwaggerUIBundle")
		policy := page.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'self';") || strings.Contains(policy, "//") {
			t.Errorf("policy %s", policy)
		}
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
	missing := s.ask(t, "GET", "/docs/nothing", "")
	missing.is(t, 404)
	missing.header(t, "Content-Type", "application/problem+json")
	missing.has(t, `"code":"route-not-found"`)
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
		if len(asset.text) == 0 || asset.Header.Get("Content-Encoding") != accepted &&
			!strings.HasSuffix(path, ".png") {
			t.Errorf("%s has %d bytes, as %q", path, len(asset.text),
				asset.Header.Get("Content-Encoding"))
		}
		if accepted == "" && strings.HasSuffix(path, ".css") &&
			regexp.MustCompile(`@import|url\(["']?(https?:)?//`).MatchString(asset.text) {
			t.Errorf("%s loads from elsewhere", path)
		}
	}
}
