package oidc_test

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"orders/adapters/oidc"
	"orders/ports"
	"orders/test/issuer"
)

// fuzzKey is the same in each run, so that the corpus has tokens that it signed.
var fuzzKey = issuer.Key{
	ID: "fuzz", Algorithm: "EdDSA", Private: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)),
}

// FuzzToken signs any header and payload: what is refused is refused by a TokenError, and what is
// accepted names somebody. And any text is refused, as only the key can sign.
func FuzzToken(f *testing.F) {
	i := issuer.Issuer{URL: "https://id.example"}
	a := oidc.Fixed(oidc.Config{Issuer: i.URL, Audience: issuer.Audience}, issuer.KeySet(fuzzKey))
	const header = `{"alg":"EdDSA","kid":"fuzz"}`
	const claims = `"iss":"https://id.example","aud":"orders","sub":"ann","exp":253402300799`
	for _, payload := range []string{
		"{" + claims + "}", "{" + claims + `,"scope":["a"],"nbf":1e3}`,
		"{" + claims + `,"sub":"bob"}`, "[]", "",
	} {
		f.Add(header, payload)
	}
	f.Add(`{"alg":"none"}`, "{"+claims+"}")
	f.Add(header[:len(header)-1]+`,"typ":"at+jwt","crit":["x"]}`, "{"+claims+"}")
	f.Fuzz(func(t *testing.T, header, payload string) {
		signed := fuzzKey.SignText([]byte(header), []byte(payload))
		for _, text := range []string{signed, header, header + "." + payload + "."} {
			id, err := a.Authenticate(t.Context(), text)
			var refusal *ports.TokenError
			switch {
			case err != nil && !errors.As(err, &refusal):
				t.Fatalf("%q: %v", text, err)
			case err != nil:
				continue
			case text != signed, id.Subject == "", id.Issuer != i.URL, id.Expires.IsZero():
				t.Fatalf("%q is accepted: %+v", text, id)
			}
			if strings.ContainsFunc(id.Subject, func(r rune) bool { return r < ' ' }) {
				t.Fatalf("the subject is %q", id.Subject)
			}
		}
	})
}
