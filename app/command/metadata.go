package command

import "strings"

const (
	keyMax       = 255
	requestIDMax = 128
)

// IsKey reports whether a text may be an Idempotency-Key.
func IsKey(s string) bool { return s != "" && len(s) <= keyMax && isVisibleASCII(s) }

// IsRequestID reports whether a client's text may be the ID of a request.
func IsRequestID(s string) bool { return s != "" && len(s) <= requestIDMax && isVisibleASCII(s) }

// isVisibleASCII reports whether s is of visible ASCII characters only.
func isVisibleASCII(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Traceparent returns value if it is a W3C trace context, else the empty text.
func Traceparent(value string) string {
	const form = "00-00000000000000000000000000000000-0000000000000000-00"
	if len(value) != len(form) || value[:2] == "ff" {
		return ""
	}
	for i := range len(form) {
		dash := form[i] == '-'
		if dash != (value[i] == '-') || !dash && !strings.Contains(hexDigits, value[i:i+1]) {
			return ""
		}
	}
	if strings.Trim(value[3:35], "0") == "" || strings.Trim(value[36:52], "0") == "" {
		return ""
	}
	return value
}

// IsSampled reports whether a W3C trace context says that its trace is sampled, as the last bit of
// its flags does. The empty text does not.
func IsSampled(traceparent string) bool {
	return traceparent != "" && strings.ContainsAny(traceparent[len(traceparent)-1:], "13579bdf")
}

const hexDigits = "0123456789abcdef"
