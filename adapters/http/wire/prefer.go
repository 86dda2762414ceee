package wire

import (
	"slices"
	"strings"
)

// Preferences are what a request prefers of what commands can do (RFC 7240).
type Preferences struct {
	Async          bool // Answer at once, without waiting until the order can be read.
	Representation bool // Answer with the whole order.
	Minimal        bool // Answer without it, which is the default.
}

// The preferences as Preference-Applied names them.
const (
	RespondAsync         = "respond-async"
	ReturnRepresentation = "return=representation"
	ReturnMinimal        = "return=minimal"
)

// PreferencesIn reads all Prefer headers of a request. Of a preference that is given twice the
// first one counts; a request that asks for both kinds of return asks for neither.
func PreferencesIn(headers [][]byte) (p Preferences) {
	var async, returns []string
	for _, header := range headers {
		for rest := string(header); rest != ""; {
			var item string
			item, rest = cutUnquoted(rest, ',')
			switch name, value := preference(item); name {
			case RespondAsync:
				async = append(async, value)
			case "return":
				returns = append(returns, value)
			}
		}
	}
	p.Async = len(async) > 0 && async[0] == ""
	if len(returns) > 0 {
		p.Representation = returns[0] == "representation" && !slices.Contains(returns, "minimal")
		p.Minimal = returns[0] == "minimal" && !slices.Contains(returns, "representation")
	}
	return p
}

// preference returns the name and the value of one preference, both in lower case. It leaves out
// the parameters.
func preference(item string) (name, value string) {
	item, _ = cutUnquoted(item, ';')
	name, value, _ = strings.Cut(item, "=")
	return strings.ToLower(strings.TrimSpace(name)), strings.ToLower(unquoted(value))
}

// unquoted returns a token, or the text of a quoted string (RFC 9110, section 5.6.4).
func unquoted(word string) string {
	word = strings.TrimSpace(word)
	if len(word) < 2 || word[0] != '"' || word[len(word)-1] != '"' {
		return word
	}
	var text strings.Builder
	for i := 1; i < len(word)-1; i++ {
		if word[i] == '\\' && i < len(word)-2 {
			i++
		}
		text.WriteByte(word[i])
	}
	return text.String()
}

// Applied is the value of Preference-Applied if all of p were applied; empty for none.
func (p Preferences) Applied() string {
	var all []string
	if p.Async {
		all = append(all, RespondAsync)
	}
	if p.Representation {
		all = append(all, ReturnRepresentation)
	}
	if p.Minimal {
		all = append(all, ReturnMinimal)
	}
	return strings.Join(all, ", ")
}
