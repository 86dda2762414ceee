package wire

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"orders/adapters/message"
	"orders/app/command"
	"orders/domain/order"
)

// Query reads the parameters of a URL's query, and collects the invalid ones. A parameter must not
// be given twice. An empty one counts as missing, unless it must be a number or a flag. A parameter
// is known once it has been asked for; all others are invalid.
type Query struct {
	args   *fasthttp.Args
	known  []string
	issues []issue
}

func QueryOf(c *fiber.Ctx) *Query {
	return &Query{args: c.Context().QueryArgs()}
}

func (a *Query) Invalid(name, what string) {
	a.issues = append(a.issues, issue{[]any{name}, what})
}

// Err returns all invalid parameters as one problem, or nil. Ask for every known one before.
func (a *Query) Err() error {
	a.refuseUnknown()
	if len(a.issues) == 0 {
		return nil
	}
	first := a.issues[0]
	detail := fmt.Sprintf("%s %s", message.Quoted(fmt.Sprint(first.Path[0])), first.Message)
	return invalid(order.ErrInvalid.Code, detail, a.issues...)
}

// refuseUnknown adds an issue for each parameter that nobody has asked for.
func (a *Query) refuseUnknown() {
	var refused []string
	for key := range a.args.All() {
		name := string(key)
		if slices.Contains(a.known, name) || slices.Contains(refused, name) {
			continue
		}
		if len(a.issues) == command.IssuesMax {
			return
		}
		refused = append(refused, name)
		a.Invalid(message.Cut(name), message.UnknownName(name, a.known, a.args.Has))
	}
}

// NoQuery is the request of an operation that takes no parameters.
type NoQuery struct{}

// Resolve refuses every parameter; Huma calls it.
func (NoQuery) Resolve(h huma.Context) []error {
	if err := QueryOf(humafiber.Unwrap(h)).Err(); err != nil {
		return []error{err}
	}
	return nil
}

// values returns the values of a parameter, which is known from then on.
func (a *Query) values(name string) [][]byte {
	if a.args.Len() == 0 {
		return nil
	}
	if !slices.Contains(a.known, name) {
		a.known = append(a.known, name)
	}
	return a.args.PeekMulti(name)
}

// Has reports whether the parameter is given, even if it is empty.
func (a *Query) Has(name string) bool { return len(a.values(name)) > 0 }

func (a *Query) Text(name string) string {
	values := a.values(name)
	switch {
	case len(values) == 0:
		return ""
	case len(values) > 1:
		a.Invalid(name, "must be given only once")
		return ""
	case !utf8.Valid(values[0]):
		a.Invalid(name, "must be valid UTF-8")
		return ""
	}
	return string(values[0])
}

// Flag returns false if the parameter is missing. An empty one is invalid: its sender may have
// meant true.
func (a *Query) Flag(name string) bool {
	known := len(a.issues)
	value := a.Text(name)
	if a.Has(name) && len(a.issues) == known && value != "true" && value != "false" {
		a.Invalid(name, "must be true or false")
	}
	return value == "true"
}

// Choice returns nil if the parameter is missing or empty.
func (a *Query) Choice(name string) *bool {
	if values := a.values(name); len(values) == 1 && len(values[0]) == 0 {
		return nil
	}
	if chosen := a.Flag(name); a.Has(name) {
		return &chosen
	}
	return nil
}

// NoLimit stands for no upper limit.
const NoLimit = math.MaxInt

// Number returns fallback if the parameter is missing. A number too large for an int counts as the
// largest int.
func (a *Query) Number(name string, least, most, fallback int) int {
	if !a.Has(name) {
		return fallback
	}
	known := len(a.issues)
	return a.numberIn(name, a.Text(name), known, least, most)
}

// Version reads the number of a version, or its ETag. It returns 0 if the parameter is missing.
func (a *Query) Version(name string) int {
	if !a.Has(name) {
		return 0
	}
	known := len(a.issues)
	text := a.Text(name)
	if tag := tagOfVersion.FindStringSubmatch(text); tag != nil {
		text = tag[1]
	}
	return a.numberIn(name, text, known, 1, NoLimit)
}

// tagOfVersion is an entity-tag of this API. Proxies that compress an answer make it weak.
var tagOfVersion = regexp.MustCompile(`^(?:W/)?"([0-9]+)` + classMark + `"$`)

// numberIn reads text. It adds no further issue if there are more than the known ones.
func (a *Query) numberIn(name, text string, known, least, most int) int {
	n, _ := strconv.ParseUint(text, 10, strconv.IntSize-1) // Of a large one it reads only a part.
	malformed := text == "" || strings.Trim(text, "0123456789") != ""
	if len(a.issues) == known && (malformed || int(n) < least || int(n) > most) {
		a.Invalid(name, rangeText(least, most))
	}
	return int(n)
}

func rangeText(least, most int) string {
	if most == NoLimit {
		return fmt.Sprintf("must be a whole number, at least %d", least)
	}
	return fmt.Sprintf("must be a whole number from %d to %d", least, most)
}

// timeForm is what RFC 3339 requires and time.Parse does not check (golang/go#54580).
var timeForm = regexp.MustCompile(`^\S{10}T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

// Time rounds up to whole milliseconds. All stored times are whole milliseconds, so the rounded
// time compares with them as the exact one does. It returns the zero time only if the parameter is
// missing.
func (a *Query) Time(name string) time.Time {
	value := a.Text(name)
	if value == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil || !timeForm.MatchString(value) {
		a.Invalid(name, "must be an RFC 3339 time such as 2026-11-22T13:44:48.202Z, "+
			"with any + written as %2B")
	}
	if whole := t.UTC().Truncate(time.Millisecond); whole.Equal(t) && !t.IsZero() {
		return whole
	}
	return t.UTC().Truncate(time.Millisecond).Add(time.Millisecond)
}

func OneOf[T ~string](a *Query, name string, values []T) T {
	value := T(a.Text(name))
	if value != "" && !slices.Contains(values, value) {
		a.Invalid(name, fmt.Sprintf("must be one of %s", values))
	}
	return value
}
