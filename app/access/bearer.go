package access

import (
	"strings"

	"orders/ports"
)

var errMalformed = &ports.TokenError{Reason: "the token has characters that no token has"}

// Bearer returns the token in the credentials that a request came with (RFC 6750).
func Bearer(credentials string) (token string, err error) {
	scheme, token, _ := strings.Cut(credentials, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", ErrNoToken
	}
	token = strings.TrimLeft(token, " ")
	if !isToken68(token) {
		return "", errMalformed
	}
	return token, nil
}

// isToken68 reports whether s has the form of a token (RFC 9110, section 11.2).
func isToken68(s string) bool {
	s = strings.TrimRight(s, "=")
	for _, c := range []byte(s) {
		if !ofToken68[c] {
			return false
		}
	}
	return s != ""
}

// ofToken68 are the characters of a token. To look each up in a text took longer than its hash.
var ofToken68 = func() (is [256]bool) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	for _, c := range []byte(letters + "0123456789-._~+/") {
		is[c] = true
	}
	return is
}()
