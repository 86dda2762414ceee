// Package oidc accepts the access tokens of an OpenID provider: JSON Web Tokens (RFC 9068), whose
// signatures it checks with the keys that the provider publishes.
package oidc

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"orders/ports"
)

// Config says whose tokens are accepted, and what their claims mean.
type Config struct {
	Issuer   string // The iss of its tokens, to the letter.
	Audience string // One of the aud of its tokens.

	// KeysURL is where the keys are: an https or a file URL. If it is empty, the issuer is an
	// https URL, and says where by OpenID Connect Discovery.
	KeysURL string

	Skew       time.Duration // How much the clocks of issuer and service may differ.
	UserClaim  string        // The claim of the subject; sub if empty.
	ScopeClaim string        // The claim of the scopes; scope and scp if empty.
}

// An Authenticator implements ports.Authenticator between Start and Stop.
type Authenticator struct {
	Config
	keys *keyring
}

// New returns an Authenticator without keys.
func New(c Config, log *slog.Logger) *Authenticator {
	c.UserClaim = cmp.Or(c.UserClaim, subjectClaim)
	c.ScopeClaim = cmp.Or(c.ScopeClaim, scopeClaim)
	return &Authenticator{c, newKeyring(newSource(c.Issuer, c.KeysURL).fetch, log)}
}

// Start begins to fetch keys, and returns when the first try has ended, however it did.
func (a *Authenticator) Start(ctx context.Context) error { return a.keys.start(ctx) }

// Stop ends that.
func (a *Authenticator) Stop() { a.keys.stop() }

// Ready returns an error until there were keys once.
func (a *Authenticator) Ready(context.Context) error {
	if a.keys.current.Load() == nil {
		return fmt.Errorf("no keys of the issuer were fetched yet: %w", ports.ErrUnavailable)
	}
	return nil
}

// Authenticate implements ports.Authenticator. The signature of a token is checked once while its
// keys stay the same: the token is known again by its SHA-256.
func (a *Authenticator) Authenticate(ctx context.Context, text string) (ports.Identity, error) {
	if len(text) > tokenMax {
		return ports.Identity{}, refuse("the token is too long")
	}
	set, sum := a.keys.current.Load(), sha256.Sum256([]byte(text))
	if id, known := set.remembers(sum); known {
		return id, nil
	}
	t, err := parse(text)
	if err != nil {
		return ports.Identity{}, err
	}
	id, err := a.identity(t.claims)
	if err != nil {
		return ports.Identity{}, err // Before its kid is looked for, so that fewer fetch keys.
	}
	if err := a.Ready(ctx); err != nil {
		return ports.Identity{}, err
	}
	if set, err = a.keys.with(ctx, t.kid); err != nil {
		return ports.Identity{}, err
	}
	signer := slices.IndexFunc(set.keys[t.kid], t.isSignedBy)
	if signer < 0 {
		return ports.Identity{}, refuse("the signature of the token is wrong")
	}
	id.Valid = set.keys[t.kid][signer].published
	set.verified.put(sum, id)
	return id, nil
}

// Remembers reports whether a token was verified already, by the keys of now or by those before,
// with which it proves nothing any more. So it is worth the work to verify it.
func (a *Authenticator) Remembers(text string) bool {
	set := a.keys.current.Load()
	if set == nil || len(text) > tokenMax {
		return false
	}
	sum := sha256.Sum256([]byte(text))
	_, known := set.remembers(sum)
	if !known && set.before != nil {
		_, known = set.before.unexpired(sum)
	}
	return known
}

// remembers returns the identity of a token that was verified already, and has not expired.
func (s *keySet) remembers(sum [sha256.Size]byte) (id ports.Identity, known bool) {
	if s == nil {
		return ports.Identity{}, false
	}
	return s.verified.unexpired(sum)
}

// refuse returns why a token is not accepted.
func refuse(reason string) error { return &ports.TokenError{Reason: reason} }
