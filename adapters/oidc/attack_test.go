package oidc_test

import (
	"encoding/json"
	"testing"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// An attack is a token that must be refused, and why.
type attack struct{ name, token, reason string }

// Reasons of refusals.
const (
	form      = "the token is not a signed JSON Web Token"
	algorithm = "the algorithm of the token is not allowed"
	extension = "the header of the token has an extension that is not known here"
	typ       = "the type of the token is not at+jwt or JWT"
	kid       = "the token does not name its key by a kid"
	unknown   = "the key of the token is not one of its issuer"
	signature = "the signature of the token is wrong"
	twice     = "the JSON of the token has a name twice"
	deep      = "the JSON of the token is nested too deeply"
)

// A target is an issuer with a key of each kind, and somebody who has none of them.
type target struct {
	*issuer.Issuer
	tokens *oidc.Authenticator
	rsa    issuer.Key // Published for RS256.
	ec     issuer.Key
	ed     issuer.Key
	evil   issuer.Key // An RSA key that is not published.
}

// RSA keys take long to make. A target's other keys are its own.
var publishedRSA, evilRSA = issuer.NewKey("RS256"), issuer.NewKey("RS256")

func newTarget(t testing.TB) target {
	t.Helper()
	i := issuer.New(t)
	of := target{
		Issuer: i, rsa: publishedRSA, ec: i.Key(), ed: issuer.NewKey("EdDSA"), evil: evilRSA,
	}
	i.Add(of.ed)
	i.Add(of.rsa)
	of.tokens = started(t, i)
	return of
}

func (of target) claims() issuer.Claims { return of.Claims("ann", "orders:write") }

// refuses fails unless each attack is refused for its reason, and good tokens still are not.
func (of target) refuses(t *testing.T, all []attack) {
	t.Helper()
	for _, k := range []issuer.Key{of.rsa, of.ec, of.ed} {
		if why := refused(t, of.tokens, k.Sign(nil, of.claims())); why != "" {
			t.Fatalf("a good token of %s is refused: %s", k.Algorithm, why)
		}
	}
	for _, a := range all {
		if why := refused(t, of.tokens, a.token); why != a.reason {
			t.Errorf("%s: refused because %q, want %q", a.name, why, a.reason)
		}
	}
}

// as is a token with a header of its own, signed as the function says.
func (of target) as(header issuer.Claims, sign func(signed string) []byte) string {
	signed := encode(header) + "." + encode(of.claims())
	return signed + "." + issuer.Encode(sign(signed))
}

func encode(all issuer.Claims) string {
	text, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	return issuer.Encode(text)
}

func nothing(string) []byte { return nil }

func body(of target) []byte {
	text, _ := json.Marshal(of.claims())
	return text
}
