package http

import (
	"bytes"
	"embed"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/swaggest/swgui/v5emb"
)

// The page of the documentation is Swagger UI, out of the program itself. All of its scripts and
// styles are files, so that a browser need not run what stands in a page.
//
//go:embed page
var pageFiles embed.FS

// swaggerFiles serves the files of Swagger UI.
var swaggerFiles = adaptor.HTTPHandler(v5emb.New("", "", docsRoot))

// assets are the files that the page loads, by where they are.
var assets = map[string]fiber.Handler{
	"page.css": pageFile("page.css"), "page.js": pageFile("page.js"),
	"swagger-ui.css": swaggerFiles, "swagger-ui-bundle.js": swaggerFiles,
	"swagger-ui-standalone-preset.js": swaggerFiles,
	"favicon-16x16.png":               swaggerFiles, "favicon-32x32.png": swaggerFiles,
}

// pageHeaders keep a browser from running anything but the files of this page, from asking any
// other host for anything, and from showing the page inside of another one.
var pageHeaders = map[string]string{
	fiber.HeaderContentSecurityPolicy: "default-src 'none'; script-src 'self'; style-src 'self'; " +
		"img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
		"frame-ancestors 'none'",
	fiber.HeaderReferrerPolicy:     "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
}

// showDocs answers with the page. It finds its assets by relative paths, so that it works behind a
// prefix; these differ for /docs and /docs/.
func showDocs(c *fiber.Ctx) error {
	page, err := pageFiles.ReadFile("page/page.html")
	if err != nil {
		return err
	}
	if strings.HasSuffix(c.Path(), "/") {
		page = bytes.ReplaceAll(page, []byte(`="docs/`), []byte(`="./`))
	}
	secure(c)
	c.Type("html", "utf-8")
	return c.Send(page)
}

// showAsset answers with a file that the page loads.
func showAsset(c *fiber.Ctx) error {
	name := strings.TrimPrefix(c.Path(), docsRoot+"/")
	if name == "" {
		return showDocs(c)
	}
	show, found := assets[name]
	if !found {
		return fiber.ErrNotFound
	}
	secure(c)
	return show(c)
}

// pageFile returns a handler that answers with one of our own files.
func pageFile(name string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		text, err := pageFiles.ReadFile("page/" + name)
		if err != nil {
			return err
		}
		c.Type(path.Ext(name), "utf-8")
		return c.Send(text)
	}
}

func secure(c *fiber.Ctx) {
	for name, value := range pageHeaders {
		c.Set(name, value)
	}
}
