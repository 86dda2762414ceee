package oidc_test

import (
	"testing"
	"time"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// What a token costs that is remembered, and one that is verified.
func BenchmarkAuthenticate(b *testing.B) {
	i := issuer.Issuer{URL: "https://id.example"}
	c := oidc.Config{Issuer: i.URL, Audience: issuer.Audience, Skew: time.Minute}
	for _, algorithm := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		k := issuer.NewKey(algorithm)
		token := k.Sign(nil, i.Claims("ann", "orders:read", "orders:write"))
		set := issuer.KeySet(k)
		remembering := oidc.Fixed(c, set)
		for name, forget := range map[string]bool{"remembered": false, "verified": true} {
			b.Run(algorithm+" "+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if forget {
						remembering.Forget()
					}
					if _, err := remembering.Authenticate(b.Context(), token); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
