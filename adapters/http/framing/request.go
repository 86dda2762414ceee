package framing

import (
	"bytes"
	"slices"
	"strings"
)

// A request has those parts of a request's head that decide where the request ends.
type request struct {
	method  []byte
	target  []byte
	minor   byte // Of its version: '0' or '1'.
	chunked bool
	sized   bool // It has a Content-Length,
	length  int64
	hosts   int
	types   int // Lines of Content-Type.
}

// empty reports whether there has been no request line.
func (r *request) empty() bool { return len(r.method) == 0 }

// reset makes r empty, and keeps its memory.
func (r *request) reset() { *r = request{method: r.method[:0], target: r.target[:0]} }

// begin takes the request line.
func (r *request) begin(line []byte) *Error {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	target, version, _ := bytes.Cut(rest, []byte(" "))
	if !isToken(method) || len(target) == 0 {
		return bad("the request line must be a method, a path and HTTP/1.1, with single spaces")
	}
	if len(version) != 8 || string(version[:5]) != "HTTP/" || version[6] != '.' ||
		!isDigit(version[5]) || !isDigit(version[7]) {
		return bad("the request line must end with HTTP/1.1")
	}
	if r.minor = version[7]; version[5] != '1' || r.minor > '1' {
		return &Error{Status: 505}
	}
	if !isTarget(method, target) {
		return bad("the request must be for a path such as /queries/orders, without a fragment")
	}
	r.method, r.target = append(r.method, method...), append(r.target, target...)
	return nil
}

// isTarget reports whether t is a path, a whole URL or, of OPTIONS, the asterisk.
func isTarget(method, t []byte) bool {
	if bytes.ContainsAny(t, "#\t") || string(method) == "CONNECT" { // This is no proxy.
		return false
	}
	if rest, whole := cutScheme(t); whole {
		end := bytes.IndexAny(rest, "/?")
		if end < 0 {
			end = len(rest)
		}
		return isHost(rest[:end])
	}
	return bytes.HasPrefix(t, []byte("/")) ||
		string(t) == "*" && string(method) == "OPTIONS"
}

func cutScheme(t []byte) (rest []byte, found bool) {
	for _, scheme := range []string{"http://", "https://"} {
		if len(t) >= len(scheme) && strings.EqualFold(string(t[:len(scheme)]), scheme) {
			return t[len(scheme):], true
		}
	}
	return nil, false
}

// split cuts a header into its name and value.
func split(line []byte) (name, value []byte, refusal *Error) {
	name, value, found := bytes.Cut(line, []byte(":"))
	switch {
	case line[0] == ' ' || line[0] == '\t':
		return nil, nil, bad("a header must be on one line, which begins with its name")
	case !found || !isToken(name):
		return nil, nil, bad("a header must be a name, a colon right after it, and a value")
	}
	return name, bytes.Trim(value, " \t"), nil
}

// field takes a header.
func (r *request) field(line []byte) *Error {
	name, value, refusal := split(line)
	if refusal != nil {
		return refusal
	}
	switch {
	case is(name, "Content-Length"):
		return r.setLength(value)
	case is(name, "Transfer-Encoding"):
		if r.chunked || !is(value, "chunked") {
			return bad("Transfer-Encoding must be chunked, and be given once")
		}
		r.chunked = true
	case is(name, "Content-Type"):
		if r.types++; r.types > 1 {
			return bad("Content-Type must be given once")
		}
	case is(name, "Host"):
		if r.hosts++; !isHost(value) {
			return bad("Host must be a host name, with or without a port")
		}
	}
	return nil
}

func (r *request) setLength(value []byte) *Error {
	if r.sized || len(value) == 0 || len(value) > 19 {
		return bad("Content-Length must be a number, and be given once")
	}
	for _, c := range value {
		if !isDigit(c) {
			return bad("Content-Length must be a number, and be given once")
		}
		r.length = min(r.length*10+int64(c-'0'), 1<<50)
	}
	r.sized = true
	return nil
}

// complete checks the head as a whole.
func (r *request) complete() *Error {
	switch {
	case r.sized && r.chunked:
		return bad("a request must have either Content-Length or Transfer-Encoding")
	case r.chunked && r.minor == '0':
		return bad("HTTP/1.0 does not have Transfer-Encoding")
	case r.hosts > 1 || r.hosts == 0 && r.minor == '1':
		return bad("a request must have one Host header")
	}
	return nil
}

func is(text []byte, name string) bool { return strings.EqualFold(string(text), name) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isNoDigit(c byte) bool { return !isDigit(c) }

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// isToken reports whether b is a token of RFC 9110, section 5.6.2.
func isToken(b []byte) bool {
	for _, c := range b {
		if !isDigit(c) && !isLetter(c) && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return len(b) > 0
}

// isHost reports whether b is a host with or without a port (RFC 3986, section 3.2).
func isHost(b []byte) bool {
	name, port := b, []byte(nil)
	if end := bytes.LastIndexByte(b, ':'); end >= 0 && !bytes.HasSuffix(b, []byte("]")) {
		name, port = b[:end], b[end+1:]
	}
	if slices.ContainsFunc(port, isNoDigit) || len(port) > 5 ||
		len(port) == 5 && string(port) > "65535" {
		return false
	}
	more := "-._~!$&'()*+,;=%"
	if literal, open := bytes.CutPrefix(name, []byte("[")); open {
		address, closed := bytes.CutSuffix(literal, []byte("]"))
		if !closed {
			return false
		}
		name, more = address, more+":"
	}
	for _, c := range name {
		if !isDigit(c) && !isLetter(c) && !strings.ContainsRune(more, rune(c)) {
			return false
		}
	}
	return len(name) > 0
}
