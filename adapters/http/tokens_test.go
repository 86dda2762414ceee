package http_test

import (
	"context"
	"encoding/base64"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"orders/adapters/http"
	"orders/ports"
)

// tokens accepts the tokens of tokenOf, and counts the questions.
type tokens struct {
	err   error // What is wrong with it.
	asked atomic.Int64
}

// tokensIssuer vouches for those tokens.
const tokensIssuer = "https://id.example"

// tokenOf returns a token of the subject with the scopes, which the client "shop" got.
func tokenOf(subject string, scopes ...string) string {
	said := strings.Join(append([]string{subject}, scopes...), "\n")
	return base64.RawURLEncoding.EncodeToString([]byte(said))
}

// as returns the header with such a token, for ask.
func as(subject string, scopes ...string) []string {
	return []string{"Authorization", "Bearer " + tokenOf(subject, scopes...)}
}

// Authenticate implements ports.Authenticator. A token of the subject "expired" has.
func (f *tokens) Authenticate(ctx context.Context, token string) (ports.Identity, error) {
	f.asked.Add(1)
	said, err := base64.RawURLEncoding.DecodeString(token)
	subject, scopes, _ := strings.Cut(string(said), "\n")
	switch {
	case f.err != nil:
		return ports.Identity{}, f.err
	case ctx.Err() != nil:
		return ports.Identity{}, ctx.Err()
	case err != nil:
		return ports.Identity{}, &ports.TokenError{Reason: "nobody has signed the token"}
	case subject == "expired":
		return ports.Identity{}, &ports.TokenError{Reason: "the token has expired"}
	}
	return ports.Identity{
		Actor:   ports.Actor{Subject: subject, Client: "shop", Issuer: tokensIssuer},
		Scopes:  strings.Split(scopes, "\n"),
		Expires: time.Now().Add(time.Hour),
	}, nil
}

// guarded starts a service that needs tokens.
func guarded(t *testing.T) *service {
	t.Helper()
	return guardedAs(t, http.Config{}, &tokens{})
}

func guardedAs(t *testing.T, c http.Config, f ports.Authenticator) *service {
	t.Helper()
	return startAs(t, c, func(p *http.Parts) { p.Tokens = f })
}
