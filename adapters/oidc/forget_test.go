package oidc_test

import (
	"crypto/rand"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// What a key verified is forgotten with it.
func TestATokenIsForgottenWhenTheKeysChange(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		token := keyA.Sign(nil, issuer.With(p.Claims("ann"), issuer.Claims{
			"exp": time.Now().Add(time.Hour).Unix(),
		}))
		for range 2 {
			if why := refused(t, a, token); why != "" {
				t.Fatal(why)
			}
		}
		p.publish(keyB)
		time.Sleep(5*time.Minute + time.Second)
		if why := refused(t, a, token); why != unknown {
			t.Errorf("the key is taken away, and its token refused because %q", why)
		}
	})
}

func TestAKeyOfTheSameKidTakesTheOldOnesPlace(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		token := p.token(keyA)
		if why := refused(t, a, token); why != "" {
			t.Fatal(why)
		}
		other := keyB
		other.ID = keyA.ID
		p.publish(other)
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if why := refused(t, a, token); why != expired && why != signature {
			t.Errorf("a token of the old key is refused because %q", why)
		}
		if why := refused(t, a, p.token(other)); why != "" {
			t.Error(why)
		}
	})
}

// A token whose signature is being checked while the keys change is not remembered.
func TestNothingVerifiedByOldKeysIsRememberedAfterwards(t *testing.T) {
	of := issuer.New(t)
	c := oidc.Config{Issuer: of.URL, Audience: issuer.Audience, Skew: skew}
	for range 20 {
		a := oidc.Fixed(c, issuer.KeySet(keyA))
		var tokens []string
		for range 20 {
			tokens = append(tokens, keyA.Sign(nil, issuer.With(of.Claims("ann"), issuer.Claims{
				"jti": rand.Text(),
			})))
		}
		var all sync.WaitGroup
		for n := range 4 {
			all.Go(func() {
				for i := range tokens {
					_, _ = a.Authenticate(t.Context(), tokens[(i+n*5)%len(tokens)])
				}
			})
		}
		a.Take(issuer.KeySet(keyB, keyC))
		all.Wait()
		for _, token := range tokens {
			if why := refused(t, a, token); why != unknown {
				t.Fatalf("a token of a key that was taken away: %q", why)
			}
		}
	}
}
