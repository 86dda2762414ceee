package oidc_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

func TestAKeyThatIsPublishedAheadCausesNoRefusal(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.publish(keyA, keyB)
		time.Sleep(5 * time.Minute)
		if n := p.fetched(); n != 2 {
			t.Errorf("%d fetches in 5 minutes, with the first", n)
		}
		p.answer(nil, errors.New("down")) // It would be asked for a kid that is not known.
		for _, k := range []issuer.Key{keyA, keyB} {
			if why := refused(t, a, p.token(k)); why != "" {
				t.Error(why)
			}
		}
		if p.fetched() != 0 {
			t.Error("a token made it fetch")
		}
	})
}

func TestAnUnknownKidFetchesAtMostOnceInTenSeconds(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.publish(keyB)
		if why := refused(t, a, p.token(keyB)); why != "" {
			t.Errorf("a new key, at once after the start: %s", why)
		}
		if why := refused(t, a, p.token(keyA)); why != unknown || p.fetched() != 2 {
			t.Errorf("the key that was taken away: %q", why)
		}
		p.publish(keyC)
		time.Sleep(10*time.Second - 1)
		for range 100 {
			if why := refused(t, a, p.token(keyC)); why != unknown {
				t.Errorf("within ten seconds: %q", why)
			}
		}
		if n := p.fetched(); n != 0 {
			t.Errorf("%d fetches within ten seconds", n)
		}
		time.Sleep(time.Nanosecond)
		if why := refused(t, a, p.token(keyC)); why != "" || p.fetched() != 1 {
			t.Errorf("after ten seconds: %q", why)
		}
	})
}

// Nobody fetches for tokens that are refused whatever their keys are.
func TestOnlyAPlausibleTokenFetches(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		claims := p.Claims("ann")
		for name, value := range map[string]any{
			"iss": "https://other.example", "aud": "other", "exp": 1, "sub": nil,
		} {
			token := keyB.Sign(nil, issuer.With(claims, issuer.Claims{name: value}))
			if why := refused(t, a, token); why == "" || why == unknown {
				t.Errorf("%s: %q", name, why)
			}
		}
		if n := p.fetched(); n != 1 {
			t.Errorf("%d fetches", n)
		}
	})
}

func TestWhoComesDuringAFetchWaitsForIt(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.fetched()
		p.publish(keyA, keyB)
		p.take(time.Second)
		began := time.Now()
		var all sync.WaitGroup
		all.Go(func() { refused(t, a, p.token(keyC)) }) // Its fetch learns the others' key.
		for range 50 {
			all.Go(func() {
				time.Sleep(500 * time.Millisecond)
				if why := refused(t, a, p.token(keyB)); why != "" {
					t.Error(why)
				}
			})
		}
		all.Go(func() {
			time.Sleep(700 * time.Millisecond)
			if why := refused(
				t,
				a,
				p.token(keyA),
			); why != "" ||
				time.Since(began) != 700*time.Millisecond {
				t.Errorf("a token of a known key: %q after %s", why, time.Since(began))
			}
		})
		all.Wait()
		if n := p.fetched(); n != 1 || time.Since(began) != time.Second {
			t.Errorf("%d fetches, %s", n, time.Since(began))
		}
	})
}

func TestNobodyWaitsForLongerThanTheirContext(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.take(time.Second)
		began := time.Now()
		var all sync.WaitGroup
		all.Go(func() { refused(t, a, p.token(keyB)) })
		all.Go(func() {
			time.Sleep(600 * time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			_, err := a.Authenticate(ctx, p.token(keyB))
			if !errors.Is(err, context.DeadlineExceeded) ||
				time.Since(began) != 700*time.Millisecond {
				t.Errorf("whoever waits no longer: %v after %s", err, time.Since(began))
			}
		})
		all.Wait()
	})
}

// A fetch that began before the key was published does not decide.
func TestWhoWaitedInVainFetchesAgain(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.take(time.Second)
		time.Sleep(5*time.Minute + time.Millisecond) // The usual fetch runs, with the old keys.
		p.publish(keyB)
		if why := refused(t, a, p.token(keyB)); why != "" {
			t.Error(why)
		}
	})
}

func TestAFloodOfForgedKidsDelaysNobody(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.fetched()
		p.take(4 * time.Second)
		var all sync.WaitGroup
		for n := range 600 { // One minute of ten in a second.
			all.Go(func() {
				time.Sleep(time.Duration(n) * 100 * time.Millisecond)
				forged := keyC.Sign(issuer.Claims{"kid": fmt.Sprint("forged", n)}, p.Claims("ann"))
				if why := refused(t, a, forged); why != unknown {
					t.Errorf("%q", why)
				}
				before := time.Now()
				why := refused(t, a, keyA.Sign(nil, p.Claims(fmt.Sprint("user", n))))
				if why != "" || time.Since(before) != 0 {
					t.Errorf("a good token: %q after %s", why, time.Since(before))
				}
			})
		}
		all.Wait()
		if n := p.fetched(); n > 6 {
			t.Errorf("%d fetches in a minute", n)
		}
	})
}
