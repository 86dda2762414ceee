package oidc

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"orders/ports"
)

// The names of claims.
const (
	subjectClaim    = "sub"
	scopeClaim      = "scope"
	otherScopeClaim = "scp" // As Microsoft and Okta call it.
)

// claims are the members of a JSON object of a token.
type claims map[string]any

// identity returns whom the claims name, if they are of this issuer, for this service, and for now.
func (a *Authenticator) identity(c claims) (ports.Identity, error) {
	if c["iss"] != a.Issuer {
		return ports.Identity{}, refuse("the token is of another issuer")
	}
	audience, err := c.texts("aud")
	switch {
	case err != nil:
		return ports.Identity{}, err
	case !slices.Contains(audience, a.Audience):
		return ports.Identity{}, refuse("the token is for another audience")
	}
	if err := c.isForAccess(); err != nil {
		return ports.Identity{}, err
	}
	expires, err := c.expires(time.Now(), a.Skew)
	if err != nil {
		return ports.Identity{}, err
	}
	actor, err := a.actor(c)
	if err != nil {
		return ports.Identity{}, err
	}
	scopes, err := a.scopes(c)
	return ports.Identity{Actor: actor, Scopes: scopes, Expires: expires}, err
}

// otherTokenTypes say that a token is no access token, in the words of Keycloak and Cognito. Only
// the header's typ is standard, and not all issuers set it.
var otherTokenTypes = map[string][]string{
	"typ":       {"id", "refresh", "offline", "logout"},
	"token_use": {"id", "refresh"},
}

// onlyElsewhere are claims that no access token has: the hashes of an access token and of a code in
// an ID token (OpenID Connect Core, section 3.3.2.11), and events, such as that somebody logged out
// (RFC 8417).
var onlyElsewhere = []string{"at_hash", "c_hash", "events"}

// isForAccess returns an error if the token is none for access, or not for whoever bears it.
func (c claims) isForAccess() error {
	for name, values := range otherTokenTypes {
		if text, _ := c[name].(string); slices.Contains(values, strings.ToLower(text)) {
			return refuse("the token is not an access token")
		}
	}
	for _, name := range onlyElsewhere {
		if _, has := c[name]; has {
			return refuse("the token is not an access token")
		}
	}
	if _, isBound := c["cnf"]; isBound { // RFC 7800: DPoP, or a client's certificate.
		return refuse("the token is bound to a key, which this service does not check")
	}
	return nil
}

// expires returns when the token is no longer accepted, or an error if that is past or the token
// is of the future.
func (c claims) expires(now time.Time, skew time.Duration) (time.Time, error) {
	var at [3]time.Time
	for i, name := range []string{"exp", "nbf", "iat"} {
		value, has := c[name]
		if !has && name != "exp" {
			continue
		}
		var is bool
		if at[i], is = moment(value); !is {
			return time.Time{}, refuse("the " + name + " of the token is not a time")
		}
	}
	switch expires, latest := at[0].Add(skew), now.Add(skew); {
	case !now.Before(expires):
		return time.Time{}, refuse("the token has expired")
	case at[1].After(latest):
		return time.Time{}, refuse("the token is not valid yet")
	case at[2].After(latest):
		return time.Time{}, refuse("the token was issued in the future")
	default:
		return expires, nil
	}
}

// secondsMax is the end of the year 9999.
const secondsMax = 253402300799

// moment returns the time that a NumericDate means (RFC 7519, section 2).
func moment(value any) (time.Time, bool) {
	seconds, is := value.(float64)
	if !is || seconds < 0 || seconds > secondsMax {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*float64(time.Second))), true
}

// actor returns whom the claims name. The sub is there in any case: who is known by another claim
// is still somebody's subject.
func (a *Authenticator) actor(c claims) (ports.Actor, error) {
	if text, _ := c[subjectClaim].(string); !isName(text) {
		return ports.Actor{}, refuse("the sub of the token is not a text of 1 to 255 characters")
	}
	subject, _ := c.at(a.UserClaim).(string)
	if !isName(subject) {
		return ports.Actor{}, refuse("the claim " + a.UserClaim +
			" of the token is not a text of 1 to 255 characters")
	}
	client := ""
	for _, name := range []string{"azp", "client_id"} { // The latter is the standard's (RFC 9068).
		value, has := c[name]
		if !has {
			continue
		}
		if client, _ = value.(string); !isName(client) {
			return ports.Actor{}, refuse("the " + name +
				" of the token is not a text of 1 to 255 characters")
		}
	}
	return ports.Actor{Subject: subject, Client: client, Issuer: a.Issuer}, nil
}

const nameMax = 255 // Characters.

// isName reports whether a text can name somebody.
func isName(text string) bool {
	return text != "" && utf8.RuneCountInString(text) <= nameMax &&
		!strings.ContainsFunc(text, unicode.IsControl)
}

// scopes returns the scopes of the claims: one text, in which blanks part them, or a list.
func (a *Authenticator) scopes(c claims) (scopes []string, err error) {
	names := []string{a.ScopeClaim}
	if a.ScopeClaim == scopeClaim {
		names = append(names, otherScopeClaim)
	}
	for _, name := range names {
		found, err := c.texts(name)
		if err != nil {
			return nil, err
		}
		if text, is := c.at(name).(string); is {
			found = strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
		}
		for _, s := range found {
			if s != "" {
				scopes = append(scopes, strings.Clone(s)) // The cache keeps it, not all of text.
			}
		}
	}
	return slices.Clone(scopes), nil // As large as it is counted.
}

// texts returns a claim that is one text, or a list of texts; none if there is no such claim.
func (c claims) texts(path string) (all []string, err error) {
	switch value := c.at(path).(type) {
	case nil:
		return nil, nil
	case string:
		return []string{value}, nil
	case []any:
		for _, each := range value {
			text, is := each.(string)
			if !is {
				return nil, refuse("the claim " + path + " of the token has more than texts")
			}
			all = append(all, text)
		}
		return all, nil
	}
	return nil, refuse("the claim " + path + " of the token is neither a text nor a list")
}

// at returns the claim of this name; or, if there is none, the one that a path with dots leads to.
func (c claims) at(path string) any {
	if value, has := c[path]; has {
		return value
	}
	first, rest, isPath := strings.Cut(path, ".")
	inner, is := c[first].(map[string]any)
	if !isPath || !is {
		return nil
	}
	return claims(inner).at(rest)
}
