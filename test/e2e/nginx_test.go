package e2e_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// nginx runs docs/nginx.conf, changed by replace, in front of a service on port, and returns a
// client whose paths are those below /shop.
func nginx(t *testing.T, port int, replace ...string) client {
	t.Helper()
	return proxy(t, "/shop", []string{"nginx.conf"},
		append(replace, "127.0.0.1:3000", fmt.Sprint("127.0.0.1:", port))...)
}

// The API works below the path of a proxy, whether that strips it or not, with nothing but what
// its answers say.
func TestBehindNginx(t *testing.T) {
	for name, replace := range map[string][]string{
		"the path is stripped": nil,
		"the path is kept":     {"http://orders/;", "http://orders;"},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, "BASE_PATH=/shop")
			c := nginx(t, p.port, replace...)
			// What answers name begins with /shop, as all paths of the outside do.
			outside := c
			outside.base = strings.TrimSuffix(c.base, "/shop")

			created := c.create(t)
			c.shown(t, created)
			found := outside.follow(t, created.header.Get("Location"))
			if !strings.Contains(found, created.id()) {
				t.Errorf("Location leads to %s", found)
			}
			confirm, _ := created.at("links", "confirm").(string)
			outside.follow(t, created.at("links", "self").(string))
			if a := outside.goTo(t, "POST", confirm); a.status != 200 {
				t.Errorf("%s answers %d", confirm, a.status)
			}
			c.shown(t, c.create(t))
			page := c.must(t, 200, "GET", "/queries/orders?limit=1", "")
			link := regexp.MustCompile(`<([^>]*)>; rel="next"`).FindStringSubmatch(
				page.header.Get("Link"))
			if link == nil || !strings.Contains(outside.follow(t, link[1]), created.id()) {
				t.Errorf("Link is %s", page.header.Get("Link"))
			}
			outside.hasDocs(t)
			c.streams(t)
			c.hidesAdmin(t)
			c.must(t, 413, "POST", "/commands/orders", strings.Repeat(" ", 1<<20+1))
		})
	}
}

// hidesAdmin wants that no spelling leads to what operators ask for.
func (c client) hidesAdmin(t *testing.T) {
	t.Helper()
	for _, path := range []string{
		"/admin/projections", "/Admin/projections", "/%61dmin/projections", "//admin/projections",
		"/shop/admin/projections", "/shop/shop/admin/projections",
	} {
		if a := c.goTo(t, "GET", path); a.status != 404 {
			t.Errorf("%s answers %d", path, a.status)
		}
	}
}

// A place is what a browser finds, and where.
type place struct {
	status int
	text   string
	url    *url.URL
}

// goTo goes to path and on to where that leads.
func (c client) goTo(t *testing.T, method, path string) place {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return place{res.StatusCode, string(text), res.Request.URL}
}

// follow gets what is at path and returns it.
func (c client) follow(t *testing.T, path string) string {
	t.Helper()
	found := c.goTo(t, "GET", path)
	if found.status != 200 {
		t.Errorf("%s answers %d: %s", path, found.status, found.text)
	}
	return found.text
}

var assetForm = regexp.MustCompile(`(?:src|href)="([^"]+)"`)

// hasDocs goes to the documentation as a browser does that knows only /shop.
func (c client) hasDocs(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/shop", "/shop/", "/shop/docs", "/shop/docs/"} {
		page := c.goTo(t, "GET", path)
		if page.status != 200 || !strings.Contains(page.text, "swagger-ui-bundle.js") {
			t.Fatalf("%s answers %d", path, page.status)
		}
		assets := assetForm.FindAllStringSubmatch(page.text, -1)
		if len(assets) < 5 {
			t.Errorf("%s has the assets %v", path, assets)
		}
		for _, asset := range assets {
			at, err := page.url.Parse(asset[1])
			if err != nil {
				t.Fatal(err)
			}
			c.follow(t, at.Path)
		}
		// The page's script takes the description from below its own path.
		below := &url.URL{Path: strings.TrimSuffix(page.url.Path, "/") + "/"}
		description := c.follow(t, below.JoinPath("../openapi.json").Path)
		if !strings.Contains(description, `"servers":[{"url":"/shop"}]`) {
			t.Errorf("the description found by %s does not say where the API is", path)
		}
	}
}

// streams wants changes to pass nginx as they happen.
func (c client) streams(t *testing.T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", c.base+"/queries/orders/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	seen := make(chan string, 100)
	go func() {
		for lines.Scan() {
			seen <- lines.Text()
		}
	}()
	id := ""
	for timeout := time.After(patience); ; {
		select {
		case line := <-seen:
			if strings.HasPrefix(line, ": this is the beginning") {
				id = c.create(t).id()
			}
			if id != "" && strings.HasPrefix(line, "data: ") && strings.Contains(line, id) {
				return
			}
		case <-timeout:
			t.Fatal("no change comes through")
		}
	}
}
