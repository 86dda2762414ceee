package oidc_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/oidc"
	"orders/ports"
	"orders/test/issuer"
)

// A publisher publishes keys without a network, so that time can stand still.
type publisher struct {
	issuer.Issuer // For its claims; it is not served.

	mu      sync.Mutex
	keys    []byte
	fails   error
	takes   time.Duration
	fetches int
	log     bytes.Buffer
}

func (p *publisher) fetch(ctx context.Context) ([]byte, error) {
	p.mu.Lock()
	p.fetches++
	keys, fails, takes := p.keys, p.fails, p.takes
	p.mu.Unlock()
	select {
	case <-time.After(takes):
		return keys, fails
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *publisher) publish(keys ...issuer.Key) { p.answer(issuer.KeySet(keys...), nil) }

func (p *publisher) answer(keys []byte, fails error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys, p.fails = keys, fails
}

// take makes each fetch take some time.
func (p *publisher) take(long time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.takes = long
}

// fetched returns how often the keys were fetched since it was last asked.
func (p *publisher) fetched() int {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.fetches
	p.fetches = 0
	return n
}

// logged returns the sentences of the log, and empties it.
func (p *publisher) logged() string {
	synctest.Wait()
	var all []string
	for line := range strings.Lines(p.log.String()) {
		_, text, _ := strings.Cut(line, `msg="`)
		sentence, _, _ := strings.Cut(text, `"`)
		all = append(all, sentence)
	}
	p.log.Reset()
	return strings.Join(all, "|")
}

func (p *publisher) token(k issuer.Key) string { return k.Sign(nil, p.Claims("ann")) }

var keyA, keyB, keyC = issuer.NewKey("ES256"), issuer.NewKey("ES256"), issuer.NewKey("EdDSA")

// withPublisher runs a test in which an Authenticator has fetched its keys once, if it could.
func withPublisher(
	t *testing.T, first func(*publisher), test func(*testing.T, *publisher, *oidc.Authenticator),
) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &publisher{}
		p.URL = "https://id.example"
		first(p)
		a := oidc.Fetching(oidc.Config{Issuer: p.URL, Audience: issuer.Audience, Skew: skew},
			p.fetch, slog.New(slog.NewTextHandler(&p.log, nil)))
		if err := a.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer a.Stop()
		test(t, p, a)
	})
}

func publishesA(p *publisher) { p.publish(keyA) }

func isUnavailable(t *testing.T, a *oidc.Authenticator, token string) bool {
	t.Helper()
	_, err := a.Authenticate(t.Context(), token)
	return errors.Is(err, ports.ErrUnavailable)
}
