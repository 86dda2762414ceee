package oidc

import (
	"context"
	"log/slog"
	"time"
)

// Fixed returns an Authenticator with keys that only Take changes.
func Fixed(c Config, keys []byte) *Authenticator {
	a := New(c, slog.New(slog.DiscardHandler))
	a.keys.asked = time.Now().Add(time.Hour) // Nobody fetches.
	a.Take(keys)
	return a
}

// Take puts keys in the place of those before.
func (a *Authenticator) Take(keys []byte) {
	set, err := parseKeys(keys)
	if err != nil {
		panic(err)
	}
	a.keys.take(set)
}

// Fetching returns an Authenticator whose keys are fetched by a function.
func Fetching(
	c Config, fetch func(context.Context) ([]byte, error), log *slog.Logger,
) *Authenticator {
	a := New(c, log)
	a.keys = newKeyring(fetch, log)
	return a
}

// Forget empties the cache of verified tokens.
func (a *Authenticator) Forget() {
	set := a.keys.current.Load()
	a.keys.current.Store(&keySet{keys: set.keys, hash: set.hash, verified: &cache{}})
}
