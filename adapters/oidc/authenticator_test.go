package oidc_test

import (
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"orders/adapters/oidc"
	"orders/ports"
	"orders/test/issuer"
)

const skew = 30 * time.Second

// started returns an Authenticator that trusts an issuer, and has its keys.
func started(t testing.TB, i *issuer.Issuer, change ...func(*oidc.Config)) *oidc.Authenticator {
	t.Helper()
	c := oidc.Config{Issuer: i.URL, Audience: issuer.Audience, Skew: skew}
	for _, do := range change {
		do(&c)
	}
	a := oidc.New(c, slog.New(slog.DiscardHandler))
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Stop)
	return a
}

// refused returns why a token is not accepted; empty if it is.
func refused(t testing.TB, a *oidc.Authenticator, token string) string {
	t.Helper()
	_, err := a.Authenticate(t.Context(), token)
	var reason *ports.TokenError
	if err != nil && !errors.As(err, &reason) {
		t.Fatalf("the error is %v", err)
	}
	if reason == nil {
		return ""
	}
	return reason.Reason
}

func TestATokenNamesItsBearer(t *testing.T) {
	i := issuer.New(t)
	for _, algorithm := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		i.Add(issuer.NewKey(algorithm))
		a := started(t, i)
		claims := i.Claims("ann", "orders:read", "openid")
		expires := time.Unix(claims["exp"].(int64), 0).Add(skew)
		token := i.TokenWith(claims, nil)
		if a.Remembers(token) {
			t.Error("a token is remembered that nobody brought")
		}
		for _, how := range []string{"verified", "remembered"} {
			id, err := a.Authenticate(t.Context(), token)
			if !a.Remembers(token) || a.Remembers(token[1:]) {
				t.Errorf("%s: not what was accepted is remembered", algorithm)
			}
			want := ports.Actor{Subject: "ann", Client: "test", Issuer: i.URL}
			if err != nil || id.Actor != want || !id.Expires.Equal(expires) ||
				!slices.Equal(id.Scopes, []string{"orders:read", "openid"}) {
				t.Errorf("%s, %s: %+v, %v", algorithm, how, id, err)
			}
		}
	}
}
