package wire

import (
	"net/url"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// PrivatePaths have a parameter that may tell who somebody is: any but an order's id.
type PrivatePaths []privatePath

type privatePath struct {
	path   string   // As the document has it.
	before []string // The lower-case segments before the parameter.
	after  []string // Those behind it.
}

// PrivatePathsOf returns those of the document.
func PrivatePathsOf(o *huma.OpenAPI) (all PrivatePaths) {
	for path := range o.Paths {
		segments := strings.Split(path[1:], "/")
		at := slices.IndexFunc(segments, func(s string) bool {
			return strings.HasPrefix(s, "{") && s != "{"+OrderID+"}"
		})
		if at > 0 {
			all = append(all, privatePath{path, segments[:at], segments[at+1:]})
		}
	}
	return all
}

// Hide returns what the log says of a path that was asked for. It does not matter how that is
// written, what stands before it, or whether anything answers there: it tells nobody's name.
func (all PrivatePaths) Hide(asked string) string {
	lower := strings.ToLower(asked)
	for _, p := range all {
		if !strings.Contains(lower, p.before[len(p.before)-1]) && !strings.Contains(lower, "%") {
			continue
		}
		if said := segmentsOf(lower); p.leads(said) || p.leads(resolved(said)) {
			return p.as(said)
		}
	}
	return asked
}

// leads reports whether the path begins anywhere among the segments, and has its parameter.
func (p privatePath) leads(segments []string) bool {
	for i := range segments {
		rest := segments[i:]
		if len(rest) > len(p.before) && slices.Equal(rest[:len(p.before)], p.before) {
			return true
		}
	}
	return false
}

// as is the path with the names of its parameters, or with nothing behind the first one if there
// is something else.
func (p privatePath) as(segments []string) string {
	n := len(segments) - len(p.after)
	if n > 0 && slices.Equal(segments[n:], p.after) {
		return p.path
	}
	parameter := strings.Split(p.path, "/")[len(p.before)+1]
	return "/" + strings.Join(p.before, "/") + "/" + parameter
}

// unescapedMost is how often a path may be escaped.
const unescapedMost = 4

// segmentsOf returns what stands between the slashes of a path, unescaped, without empty segments.
func segmentsOf(path string) []string {
	var segments []string
	for range unescapedMost {
		segments = strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
		for i, s := range segments {
			if plain, err := url.PathUnescape(s); err == nil {
				segments[i] = strings.ToLower(plain)
			}
		}
		next := strings.Join(segments, "/")
		if next == path {
			break
		}
		path = next
	}
	return slices.DeleteFunc(segments, func(s string) bool { return s == "." || s == "" })
}

// resolved follows ".." in a path.
func resolved(segments []string) (all []string) {
	for _, s := range segments {
		if s != ".." {
			all = append(all, s)
		} else if len(all) > 0 {
			all = all[:len(all)-1]
		}
	}
	return all
}
