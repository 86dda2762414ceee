package wire

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// The forms of entity-tags, and of If-Match and If-None-Match (RFC 9110, sections 8.8.3 and 13.1).
// Lists may have empty elements, as section 5.6.1 requires. A list of only empty elements matches
// nothing, so that a client that has lost its ETag changes nothing.
const (
	tagPattern   = `(?:W/)?"[^\x00-\x20"\x7f]*"`
	ETagsPattern = `^(?:[ \t]*\*[ \t]*|[ \t,]*(?:` + tagPattern +
		`(?:[ \t]*,[ \t,]*` + tagPattern + `)*[ \t,]*)?)$`
)

var (
	tagForm  = regexp.MustCompile(`\*|` + tagPattern)
	tagsForm = regexp.MustCompile(ETagsPattern)
)

// ETag is the entity-tag of an order at version. It is strong.
func ETag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// ETags are the entity-tags of a condition, or "*" alone.
type ETags []string

// Condition reads all lines of a header as one list. It returns nil without such a header.
func Condition(c *fiber.Ctx, header string) (ETags, error) {
	lines := []string{}
	for _, line := range c.Request().Header.PeekAll(header) {
		lines = append(lines, string(line))
	}
	if len(lines) == 0 {
		return nil, nil
	}
	list := strings.Join(lines, ",")
	if !tagsForm.MatchString(list) {
		return nil, InvalidField(header, `must be * or a list of ETags such as "3"`)
	}
	return append(ETags{}, tagForm.FindAllString(list, -1)...), nil
}

// MatchStrongly reports whether a tag matches the version. A weak tag never does.
func (t ETags) MatchStrongly(version int) bool {
	return slices.ContainsFunc(t, func(tag string) bool {
		return tag == "*" || tag == ETag(version)
	})
}

// MatchWeakly reports whether a tag matches the version. A weak tag may.
func (t ETags) MatchWeakly(version int) bool {
	return slices.ContainsFunc(t, func(tag string) bool {
		return tag == "*" || strings.TrimPrefix(tag, "W/") == ETag(version)
	})
}
