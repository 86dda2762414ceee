package oidc_test

import (
	"strings"
	"testing"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

func TestTokensThatWereAcceptedAreRemembered(t *testing.T) {
	i := issuer.New(t)
	i.Add(issuer.NewKey("ES256"))
	a, good := started(t, i), i.Token("ann", "orders:read")
	forged := good[:strings.LastIndex(good, ".")+1] + strings.Repeat("A", 86)
	for _, token := range []string{good, forged, "", strings.Repeat("A", 1<<20)} {
		if a.Remembers(token) {
			t.Errorf("%.20s… is remembered before it came", token)
		}
		accepted := refused(t, a, token) == ""
		if a.Remembers(token) != accepted || accepted != (token == good) {
			t.Errorf("%.20s… is accepted: %v, and remembered: %v", token, accepted, !accepted)
		}
	}
	if oidc.New(oidc.Config{}, nil).Remembers(good) {
		t.Error("a token is remembered by whoever has no keys")
	}
}
