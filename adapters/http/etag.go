package http

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// The forms of entity-tags, and of If-Match and If-None-Match (RFC 9110, sections 8.8.3 and
// 13.1). Lists may have empty elements, as section 5.6.1 wants recipients to allow; one of
// nothing else matches nothing, so that a client that has lost its ETag changes nothing.
const (
	tagPattern  = `(?:W/)?"[^\x00-\x20"\x7f]*"`
	tagsPattern = `^(?:[ \t]*\*[ \t]*|[ \t,]*(?:` + tagPattern +
		`(?:[ \t]*,[ \t,]*` + tagPattern + `)*[ \t,]*)?)$`
)

var (
	tagForm  = regexp.MustCompile(`\*|` + tagPattern)
	tagsForm = regexp.MustCompile(tagsPattern)
)

// etag is the entity-tag of an order at version; it is a strong one.
func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// tags are the entity-tags of a condition, or "*" alone.
type tags []string

// condition reads the lines of a header as one list. It is nil where there is no such header.
func condition(c *fiber.Ctx, header string) (tags, error) {
	lines := []string{}
	for _, line := range c.Request().Header.PeekAll(header) {
		lines = append(lines, string(line))
	}
	if len(lines) == 0 {
		return nil, nil
	}
	list := strings.Join(lines, ",")
	if !tagsForm.MatchString(list) {
		return nil, wrongField(header, `must be * or a list of ETags such as "3"`)
	}
	return append(tags{}, tagForm.FindAllString(list, -1)...), nil
}

// matchStrongly reports whether the order at version is meant; a weak tag never means one.
func (t tags) matchStrongly(version int) bool {
	return slices.ContainsFunc(t, func(tag string) bool {
		return tag == "*" || tag == etag(version)
	})
}

// matchWeakly does not mind whether a tag is weak.
func (t tags) matchWeakly(version int) bool {
	return slices.ContainsFunc(t, func(tag string) bool {
		return tag == "*" || strings.TrimPrefix(tag, "W/") == etag(version)
	})
}
