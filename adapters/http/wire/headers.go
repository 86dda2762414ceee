package wire

import (
	"bytes"
	"strings"

	"github.com/gofiber/fiber/v2"

	"orders/app/command"
)

// The headers of this API that Fiber does not name.
const (
	HeaderIdempotencyKey = "Idempotency-Key"
	HeaderReplayed       = "Idempotent-Replayed"
	HeaderPrefer         = "Prefer"
	HeaderApplied        = "Preference-Applied"
	HeaderTraceparent    = "Traceparent"
	HeaderTracestate     = "Tracestate"
	HeaderLastEvent      = "Last-Event-ID"
	HeaderBuffering      = "X-Accel-Buffering"
)

// IdempotencyKey reads an Idempotency-Key, quoted or bare. It refuses more than one.
func IdempotencyKey(values [][]byte) (string, error) {
	if len(values) > 1 {
		return "", InvalidField(HeaderIdempotencyKey, "must be given only once")
	}
	value := string(bytes.Join(values, nil))
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	if value != "" && !command.IsKey(value) {
		return "", InvalidField(HeaderIdempotencyKey, "must be 1 to 255 visible ASCII characters")
	}
	return value, nil
}

// cutUnquoted cuts s at the first separator outside a quoted string.
func cutUnquoted(s string, separator byte) (before, after string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '\\' && quoted:
			i++
		case s[i] == separator && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// traceID returns the trace's id in a traceparent, or the empty text, and whether its client has
// it sampled.
func traceID(traceparent string) (id string, sampled bool) {
	if command.Traceparent(traceparent) == "" {
		return "", false
	}
	id = traceparent[len("00-"):len("00-00000000000000000000000000000000")]
	return id, command.IsSampled(traceparent)
}

// isJSON reports whether a Content-Type is JSON in UTF-8. Other parameters do not matter.
func isJSON(contentType []byte) bool {
	if string(contentType) == fiber.MIMEApplicationJSON {
		return true
	}
	media, rest := cutUnquoted(string(contentType), ';')
	if !strings.EqualFold(strings.TrimSpace(media), fiber.MIMEApplicationJSON) {
		return false
	}
	for rest != "" {
		var parameter string
		parameter, rest = cutUnquoted(rest, ';')
		name, charset, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "charset") && !isUTF8(charset) {
			return false
		}
	}
	return true
}

// isUTF8 reports whether the value of a charset, quoted or not, is UTF-8.
func isUTF8(charset string) bool {
	charset = strings.TrimSpace(charset)
	return strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, `"utf-8"`)
}
