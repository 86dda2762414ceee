package service

import (
	"regexp"
	"strings"
)

// Patterns of URIs, also with their characters escaped as inside of another URI or of JSON.
var (
	schemePattern = regexp.MustCompile(
		`(?i)[a-z][a-z0-9+.-]*(?::|%(?:25)*3A)(?:\\*/|%(?:25)*2F){2}`)
	atPattern    = regexp.MustCompile(`(?i)@|%(?:25)*40|\\+u0040`)
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
// however wrongly they are formed: it rather removes too much. It also removes logins without a
// scheme before them.
func WithoutLogins(text string) string {
	return removeLogins(text, func(outside string) string {
		return bareLogin.ReplaceAllString(outside, "$1…@")
	})
}

// withoutURILogins is WithoutLogins for lines of the log: there clients choose paths and ids, and
// nobody should be able to hide what he asks for.
func withoutURILogins(text string) string {
	return removeLogins(text, func(outside string) string { return outside })
}

// removeLogins removes logins from URIs, and what outside removes from what is no URI.
func removeLogins(text string, outside func(string) string) string {
	if !strings.ContainsAny(text, `@%\`) && !strings.Contains(text, "//") {
		return text
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		for {
			scheme := schemePattern.FindStringIndex(line)
			if scheme == nil {
				break
			}
			uri, rest := withoutLogin(line[scheme[1]:])
			out.WriteString(outside(line[:scheme[0]]) + line[scheme[0]:scheme[1]] +
				secretOption.ReplaceAllString(uri, "$1…"))
			line = rest
		}
		out.WriteString(outside(line))
	}
	return out.String()
}

// withoutLogin removes the login from what follows a scheme, and returns what follows the URI
// apart. A user and a password may have anything in them, so the last @ of the line ends them.
func withoutLogin(after string) (uri, rest string) {
	if ats := atPattern.FindAllStringIndex(after, -1); len(ats) > 0 {
		return "…@" + after[ats[len(ats)-1][1]:], ""
	}
	word, _, _ := strings.Cut(after, " ")
	rest = after[len(word):]
	if at := passwordAt(strings.TrimRight(word, "\r\n\t:;,.)")); at >= 0 {
		return word[:at] + "…", rest
	}
	return word, rest
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
