package oidc_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// Tokens of many blanks, or of one long scope among others, hold no more than what is kept of them.
func TestAnIdentityHoldsNoMoreThanItsScopes(t *testing.T) {
	i := issuer.New(t)
	a := oidc.Fixed(oidc.Config{Issuer: i.URL, Audience: issuer.Audience}, issuer.KeySet(i.Key()))
	const tokens, each = 300, 4 << 10
	made := make([]string, tokens)
	for n := range made {
		scope := "orders:read" + strings.Repeat(" ", 5000)
		made[n] = i.Key().Sign(nil, issuer.With(i.Claims("ann"), issuer.Claims{
			"scope": scope, "jti": fmt.Sprint(n),
		}))
	}
	before := heap()
	for _, token := range made {
		id, err := a.Authenticate(t.Context(), token)
		if err != nil || len(id.Scopes) != 1 || id.Scopes[0] != "orders:read" {
			t.Fatalf("%+v, %v", id, err)
		}
	}
	if grown := heap() - before; grown > tokens*each {
		t.Errorf("%d bytes are held for each of %d tokens", grown/tokens, tokens)
	}
	runtime.KeepAlive(made)
	runtime.KeepAlive(a)
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
