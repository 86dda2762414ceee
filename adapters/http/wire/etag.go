package wire

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"orders/app/access"
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

// ETag is the entity-tag of an order at version, as a caller of the class is shown it: what the
// caller may do is a part of the answer. It is strong.
func ETag(version int, class access.Class) string {
	return `"` + strconv.Itoa(version) + ClassMark(class) + `"`
}

// ClassMark is what tells the tags of a class from those of others. Where nobody needs a token
// there is only one class, and no mark.
func ClassMark(class access.Class) string {
	if class == access.Open {
		return ""
	}
	return "-" + string(class)
}

// classMark is any ClassMark.
const classMark = `(?:-[rwm])?`

// VersionTagPattern allows an entity-tag of this API.
const VersionTagPattern = `^"[1-9][0-9]*` + classMark + `"$`

// MinVersionPattern allows a number, at least 1, bare or in an entity-tag of this API.
const MinVersionPattern = `^(0*[1-9][0-9]*|(W/)?"0*[1-9][0-9]*` + classMark + `")$`

var versionTagForm = regexp.MustCompile(`^"([1-9][0-9]*)` + classMark + `"$`)

// versionOf returns the version in an entity-tag of this API, for whatever class it is, or 0.
func versionOf(tag string) int {
	if form := versionTagForm.FindStringSubmatch(tag); form != nil {
		version, _ := strconv.Atoi(form[1]) // A number that is too large is no version.
		return version
	}
	return 0
}

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

// MatchVersion reports whether a tag is of the version, for whatever class. A weak tag never is,
// and none is of version 0, which no order has.
func (t ETags) MatchVersion(version int) bool {
	return slices.ContainsFunc(t, func(tag string) bool {
		return tag == "*" || version > 0 && versionOf(tag) == version
	})
}

// MatchWeakly reports whether a tag is the given one. A weak tag may be.
func (t ETags) MatchWeakly(given string) bool {
	return slices.ContainsFunc(t, func(tag string) bool {
		return tag == "*" || strings.TrimPrefix(tag, "W/") == given
	})
}
