package wire

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/app/access"
)

// conditionOf reads lines, which stand between bars, as a condition.
func conditionOf(app *fiber.App, text string) (ETags, error) {
	raw := new(fasthttp.RequestCtx)
	for line := range strings.SplitSeq(text, "|") {
		raw.Request.Header.Add(fiber.HeaderIfMatch, line)
	}
	c := app.AcquireCtx(raw)
	defer app.ReleaseCtx(c)
	return Condition(c, fiber.HeaderIfMatch)
}

// FuzzETags wants a condition that is accepted to mean the same when its tags are written again,
// each to be a tag, and no version to match that no tag names.
func FuzzETags(f *testing.F) {
	for _, text := range []string{
		"", "*", ` * `, `"3"`, `W/"3"`, `"3", "4-m"`, `"3"|W/"4",,"x"`, ",", `"3`, `"a"b"`,
		`"3" "4"`,
		`"03"`, `"3-x"`, `"99999999999999999999"`, `w/"3"`, `*, "3"`, "\"\x7f\"", `""`, `"3-w"|*`,
	} {
		f.Add(text)
	}
	app, tag := fiber.New(), regexp.MustCompile(`^(?:\*|`+tagPattern+`)$`)
	f.Fuzz(func(t *testing.T, text string) {
		tags, err := conditionOf(app, text)
		if err != nil {
			return
		}
		again, err := conditionOf(app, strings.Join(tags, ", "))
		if err != nil || !slices.Equal(again, tags) {
			t.Errorf("%q are the tags %q, and these %q, %v", text, tags, again, err)
		}
		for _, each := range tags {
			if !tag.MatchString(each) || each == "*" && len(tags) > 1 {
				t.Errorf("%q has the tag %q of %d", text, each, len(tags))
			}
		}
		for version := 1; version < 100; version++ {
			named := slices.Contains(tags, "*")
			for _, class := range []access.Class{access.Open, access.Reader, access.Writer,
				access.Manager} {
				named = named || slices.Contains(tags, ETag(version, class))
			}
			if tags.MatchVersion(version) != named {
				t.Errorf("%q matches version %d: %v", text, version, !named)
			}
		}
		if tags.MatchVersion(0) && !slices.Contains(tags, "*") {
			t.Errorf("%q matches an order that does not exist", text)
		}
	})
}

// FuzzVersion wants minVersion to take what the document says, for the version that it names.
func FuzzVersion(f *testing.F) {
	for _, text := range []string{
		"3", "003", `"3"`, `W/"3"`, `"3-m"`, "3-m", "0", "-1", "+1", `"`, `""`,
		"99999999999999999999",
		"1e1", "3 ", "٣", "9999999999999999999 ", `"99999999999999999999x"`,
	} {
		f.Add(text)
	}
	pattern := regexp.MustCompile(MinVersionPattern)
	f.Fuzz(func(t *testing.T, text string) {
		raw := new(fasthttp.RequestCtx)
		raw.QueryArgs().Set("minVersion", text)
		app := fiber.New()
		c := app.AcquireCtx(raw)
		defer app.ReleaseCtx(c)
		q := QueryOf(c)
		version := q.Version("minVersion")
		if ok := q.Err() == nil; ok != pattern.MatchString(text) && text != "" {
			t.Errorf("%q is accepted: %v", text, ok)
		}
		digits := strings.TrimLeft(strings.Trim(text, `W/"-rwm`), "0")
		if q.Err() == nil && len(digits) < 19 && digits != strconv.Itoa(version) {
			t.Errorf("%q is version %d", text, version)
		}
	})
}
