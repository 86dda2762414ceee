package oidc_test

import (
	"strings"
	"testing"
	"time"

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

// A token that the keys before verified is worth the work to verify it by those of now, and proves
// nothing until then.
func TestATokenOfTheKeysBeforeIsRememberedAndProvesNothing(t *testing.T) {
	for _, now := range [][]issuer.Key{{keyA, keyB}, {keyB}} {
		withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
			token := keyA.Sign(nil, issuer.With(p.Claims("ann"), issuer.Claims{
				"exp": time.Now().Add(time.Hour).Unix(),
			}))
			forged := token[:strings.LastIndex(token, ".")+1] + strings.Repeat("A", 86)
			if why := refused(t, a, token); why != "" {
				t.Fatal(why)
			}
			p.publish(now...)
			time.Sleep(5*time.Minute + time.Second)
			if !a.Remembers(token) || a.Remembers(forged) {
				t.Errorf("with %d keys not what was accepted is remembered", len(now))
			}
			if why := refused(t, a, token); (why == "") != (len(now) == 2) {
				t.Errorf("with %d keys it is refused because %q", len(now), why)
			}
			time.Sleep(time.Hour + 2*skew)
			if a.Remembers(token) {
				t.Error("an expired token is remembered")
			}
		})
	}
}
