package oidc_test

import (
	"errors"
	"testing"
	"time"

	"orders/adapters/oidc"
)

func TestKeysOutliveTheirIssuer(t *testing.T) {
	withPublisher(t, publishesA, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.logged()
		for name, answer := range map[string][]byte{
			"down": nil, "empty": {}, "no object": []byte("[]"), "HTML": []byte("<html>"),
			"no keys": []byte(`{"keys":[]}`), "another object": []byte("{}"),
			"cut off":       []byte(`{"keys":[{`),
			"null":          []byte("null"),
			"no key of use": []byte(`{"keys":[{"kty":"oct","k":"AAAA","kid":"x"}]}`),
		} {
			fails := error(nil)
			if answer == nil {
				fails = errors.New("down")
			}
			p.answer(answer, fails)
			time.Sleep(6 * time.Minute)
			if why := refused(t, a, p.token(keyA)); why != "" || a.Ready(t.Context()) != nil {
				t.Errorf("%s: %s", name, why)
			}
			if !isUnavailable(t, a, p.token(keyB)) {
				t.Errorf("%s: nobody can tell whether another key is the issuer's", name)
			}
			p.publish(keyA)
			time.Sleep(time.Minute)
			want := "The keys of tokens cannot be fetched; those fetched before stay in use|" +
				"The keys of tokens can be fetched again"
			if got := p.logged(); got != want {
				t.Errorf("%s: the log says %q", name, got)
			}
		}
	})
}

func TestAStartWithoutTheIssuerIsNotReady(t *testing.T) {
	down := func(p *publisher) { p.answer(nil, errors.New("down")) }
	withPublisher(t, down, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		p.publish(keyA) // The next try comes after a second.
		p.answer(nil, errors.New("down"))
		for range 100 {
			if !isUnavailable(t, a, p.token(keyA)) || refused(t, a, "x") == "" ||
				a.Ready(t.Context()) == nil {
				t.Fatal("it is ready without keys")
			}
			time.Sleep(10 * time.Second)
		}
		if n := p.fetched(); n < 30 || n > 45 {
			t.Errorf("%d tries in 1000 s", n)
		}
		p.publish(keyA)
		time.Sleep(30 * time.Second)
		if why := refused(t, a, p.token(keyA)); why != "" || a.Ready(t.Context()) != nil {
			t.Errorf("after it came back: %q", why)
		}
		want := "The keys of tokens cannot be fetched; until then no token is accepted|" +
			"The keys of tokens can be fetched again|The keys of tokens were fetched"
		if got := p.logged(); got != want {
			t.Errorf("the log says %q", got)
		}
	})
}

func TestAnIssuerThatHangsIsNotWaitedForLong(t *testing.T) {
	began := time.Now()
	hangs := func(p *publisher) {
		began = time.Now() // Of the time that stands still.
		p.publish(keyA)
		p.take(time.Hour)
	}
	withPublisher(t, hangs, func(t *testing.T, p *publisher, a *oidc.Authenticator) {
		if waited := time.Since(began); waited != 5*time.Second || a.Ready(t.Context()) == nil {
			t.Errorf("the start took %s", waited)
		}
		p.take(0)
		time.Sleep(2 * time.Second)
		if why := refused(t, a, p.token(keyA)); why != "" {
			t.Error(why)
		}
	})
}
