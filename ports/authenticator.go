package ports

import (
	"context"
	"time"
)

// An Authenticator tells whom a bearer token names.
type Authenticator interface {
	// Authenticate returns whom the token names. The error is a *TokenError if the token is not
	// accepted, ErrUnavailable if nobody can tell now, or the context's.
	Authenticate(ctx context.Context, token string) (Identity, error)
}

// An Identity is what an accepted token says of its bearer.
type Identity struct {
	Actor
	Scopes  []string  // As the token has them; also those that mean nothing here.
	Expires time.Time // When the token is no longer accepted.
	// Valid ends when the token is no longer accepted though it has not expired, as its issuer has
	// withdrawn the key. Nil if that cannot be.
	Valid context.Context
}

// A TokenError means that a token is not accepted. Its text tells the bearer why, and repeats
// nothing of the token.
type TokenError struct{ Reason string }

func (e *TokenError) Error() string { return e.Reason }

// An Actor is who sent a command.
type Actor struct {
	Subject string // Whom the token names, or "anonymous"; may be empty in a damaged commit.
	Client  string // The program that got the token; may be empty.
	Issuer  string // Who vouches for the others; empty for those whom nobody vouches for.
}

// Anonymous is the actor of a service that asks nobody for a token.
var Anonymous = Actor{Subject: "anonymous"}

// IsAnonymous reports whether nobody vouches for the actor. A token may name anybody, also
// "anonymous", so the issuer tells.
func (a Actor) IsAnonymous() bool { return a.Issuer == "" }

// Is reports whether both are the same subject of the same issuer, by whatever client.
func (a Actor) Is(other Actor) bool {
	return a.Subject == other.Subject && a.Issuer == other.Issuer
}
