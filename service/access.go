package service

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"go.uber.org/fx"

	"orders/adapters/oidc"
)

// Auth says who needs a token.
type Auth string

// Who needs a token.
const (
	authNone Auth = "none" // Nobody.
	authJWT  Auth = "jwt"  // Everybody.
)

// Limits of the settings.
const (
	skewDefault = 30 * time.Second
	skewMax     = time.Minute
	issuerMax   = 255 // Bytes, as it stands in each commit.
)

// checkAccess returns what is wrong with the settings of access. Settings that have no effect are
// wrong too: whoever made them believes that tokens are asked for.
func (c Config) checkAccess() error {
	asked := c.Auth == authJWT
	switch {
	case !asked && c.Auth != authNone && c.Auth != "":
		return errors.New("AUTH is neither none nor jwt")
	case !asked && c.describesTokens():
		return errors.New("AUTH_ISSUER, AUTH_AUDIENCE, AUTH_JWKS_URL, AUTH_CLOCK_SKEW, " +
			"AUTH_USER_CLAIM and AUTH_SCOPE_CLAIM have no effect without AUTH=jwt: set it, or " +
			"none of them")
	case !asked && c.PrivateDocs:
		return errors.New("PRIVATE_DOCS has no effect without AUTH=jwt: set it, or do not")
	case !asked:
		return nil
	case c.Issuer == "" || c.Audience == "":
		return errors.New("AUTH=jwt needs AUTH_ISSUER and AUTH_AUDIENCE: whose tokens are " +
			"accepted, and what they call this API")
	case len(c.Issuer) > issuerMax || strings.ContainsFunc(c.Issuer, unicode.IsSpace):
		return fmt.Errorf("AUTH_ISSUER has blanks, or more than %d bytes", issuerMax)
	case c.Skew < 0 || c.Skew > skewMax:
		return fmt.Errorf("AUTH_CLOCK_SKEW %s is not from 0s to 60s", c.Skew)
	}
	return c.checkKeys()
}

// describesTokens reports whether a setting that only tokens need differs from its default.
func (c Config) describesTokens() bool {
	return c.Issuer != "" || c.Audience != "" || c.KeysURL != "" ||
		c.Skew != 0 && c.Skew != skewDefault ||
		c.UserClaim != "" && c.UserClaim != "sub" || c.ScopeClaim != "" && c.ScopeClaim != "scope"
}

// checkKeys checks where the keys are.
func (c Config) checkKeys() error {
	if c.KeysURL != "" {
		if err := oidc.CheckKeysURL(c.KeysURL); err != nil {
			return fmt.Errorf("AUTH_JWKS_URL %w", err)
		}
		return nil
	}
	if err := oidc.CheckURL(c.Issuer); err != nil {
		return fmt.Errorf("AUTH_ISSUER %w, or set AUTH_JWKS_URL", err)
	}
	if strings.Contains(c.Issuer, "?") {
		return errors.New("AUTH_ISSUER must be a URL without a query, or set AUTH_JWKS_URL")
	}
	return nil
}

// authenticator verifies tokens, if they are asked for. Without one http lets everybody in.
func (c Config) authenticator() fx.Option {
	if c.Auth != authJWT {
		return fx.Options()
	}
	return fx.Options(oidc.Module, fx.Supply(oidc.Config{
		Issuer: c.Issuer, Audience: c.Audience, KeysURL: c.KeysURL, Skew: c.Skew,
		UserClaim: c.UserClaim, ScopeClaim: c.ScopeClaim,
	}))
}

// isOpen reports whether others than this machine can reach the port without a token.
func (c Config) isOpen() bool {
	return c.Auth != authJWT && !isLoopback(c.Host)
}
