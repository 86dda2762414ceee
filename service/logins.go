package service

import (
	"regexp"
	"strings"
)

// Patterns of URIs, also with their characters escaped as inside of another URI or of JSON.
var (
	schemePattern = regexp.MustCompile(
		`(?i)[a-z][a-z0-9+.-]*(?::|%(?:25)*3A)(?:\\?/|%(?:25)*2F){2}`)
	atPattern    = regexp.MustCompile(`(?i)@|%(?:25)*40|\\u0040`)
	colonPattern = regexp.MustCompile(`(?i):|%(?:25)*3A`)
	hostsEnd     = regexp.MustCompile("(?i)[/?#\\\\\"'`)>]|%(?:25)*2F|%(?:25)*3F")
	portPattern  = regexp.MustCompile(`^[0-9]{0,5}$`)
	// A bare login lacks the scheme before it.
	bareLogin = regexp.MustCompile("(^|[\\s\"'`=(<])[^\\s\"'`=(<:@]+:[^\\s]+@")
	// Options that hold secrets.
	secretOption = regexp.MustCompile(`(?i)([?&;][\w.-]*(?:passw|secret|token|credential|` +
		`signature|api.?key|authMechanismProperties)[\w.-]*=)[^&\s"']+`)
)

// WithoutLogins removes users, passwords and tokens from the URIs in a text, of whatever scheme and
// however wrongly they are formed: it rather removes too much.
func WithoutLogins(text string) string {
	if !strings.ContainsAny(text, `@%\`) && !strings.Contains(text, "//") {
		return text
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(withoutLogins(line))
	}
	return out.String()
}

func withoutLogins(line string) string {
	begins := startsOfURIs(line)
	if len(begins) == 0 {
		return withoutBareLogins(line)
	}
	var out strings.Builder
	out.WriteString(withoutBareLogins(line[:begins[0][0]]))
	for i, at := range begins {
		end := len(line)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		out.WriteString(line[at[0]:at[1]] + withoutLogin(line[at[1]:end]))
	}
	return secretOption.ReplaceAllString(out.String(), "$1…")
}

func withoutBareLogins(text string) string { return bareLogin.ReplaceAllString(text, "$1…@") }

// startsOfURIs are the places of the schemes. One inside of a word belongs to what is before it, as
// a password may look like a URI.
func startsOfURIs(line string) (starts [][]int) {
	for _, at := range schemePattern.FindAllStringIndex(line, -1) {
		isFirst := len(starts) == 0
		if isFirst || strings.ContainsAny(line[at[0]-1:at[0]], " \t\"'`(<") {
			starts = append(starts, at)
		}
	}
	return starts
}

// withoutLogin removes the login from what follows a scheme. A password may have blanks in it, so
// the last @ ends it, if there may be a login at all.
func withoutLogin(after string) string {
	word, _, _ := strings.Cut(after, " ")
	ats := atPattern.FindAllStringIndex(after, -1)
	password := passwordAt(strings.TrimRight(word, "\r\n\t:;,.)"))
	switch {
	case len(ats) > 0 && (ats[0][0] < len(word) || password >= 0):
		return "…@" + after[ats[len(ats)-1][1]:]
	case password >= 0:
		return word[:password] + "…" + withoutBareLogins(after[len(word):])
	}
	return word + withoutBareLogins(after[len(word):])
}

// passwordAt is where in a URI without an @ something begins that is no port of a host, -1 if there
// is no such thing.
func passwordAt(word string) int {
	hosts := word
	if end := hostsEnd.FindStringIndex(word); end != nil {
		hosts = word[:end[0]]
	}
	from := 0
	for host := range strings.SplitSeq(hosts, ",") {
		colon := colonPattern.FindStringIndex(host)
		isPort := colon == nil || portPattern.MatchString(host[colon[1]:])
		if !isPort && !strings.HasPrefix(host, "[") {
			return from + colon[1]
		}
		from += len(host) + 1
	}
	return -1
}
