package service

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"
)

const issuerURL = "https://id.example/realms/shop"

// jwt is a configuration that asks for tokens, with a change.
func jwt(change func(*Config)) Config {
	c := Config{Auth: authJWT, Issuer: issuerURL, Audience: "orders"}
	change(&c)
	return c
}

func keys(url string) Config { return jwt(func(c *Config) { c.KeysURL = url }) }

func from(url string) Config { return jwt(func(c *Config) { c.Issuer = url }) }

func skew(d time.Duration) Config { return jwt(func(c *Config) { c.Skew = d }) }

// Settings, and a part of why they are refused.
var accesses = []struct {
	c       Config
	refusal string
}{
	{Config{}, ""}, {Config{Auth: authNone}, ""}, {from(issuerURL), ""}, {skew(time.Minute), ""},
	{keys("file:///etc/keys.json"), ""}, {keys("https://id.example/keys?a=b"), ""},
	{from("http://127.0.0.1:4000"), ""}, {from("https://id.example/"), ""},
	{Config{Auth: "JWT"}, "AUTH is neither"},
	{Config{Auth: authJWT}, "needs AUTH_ISSUER"},
	{Config{Auth: authJWT, Issuer: issuerURL}, "AUTH_AUDIENCE"},
	{Config{Auth: authJWT, Audience: "orders"}, "AUTH_ISSUER"},
	{Config{Issuer: issuerURL}, "have no effect without AUTH=jwt"},
	{Config{Auth: authNone, Audience: "orders"}, "have no effect without AUTH=jwt"},
	{Config{KeysURL: "file:///etc/keys.json"}, "have no effect without AUTH=jwt"},
	{Config{Skew: time.Second}, "have no effect without AUTH=jwt"},
	{Config{UserClaim: "email"}, "have no effect without AUTH=jwt"},
	{Config{ScopeClaim: "roles"}, "have no effect without AUTH=jwt"},
	{Config{Skew: 30 * time.Second, UserClaim: "sub", ScopeClaim: "scope"}, ""},
	{Config{PrivateDocs: true}, "has no effect without AUTH=jwt"},
	{from("http://id.example"), "AUTH_ISSUER must be an https URL"},
	{from("id.example"), "AUTH_ISSUER must be an https URL"},
	{from("file:///etc/keys.json"), "AUTH_ISSUER must be an https URL"},
	{from("https://ann:s3cret@id.example"), "AUTH_ISSUER must be a URL without a user"},
	{from("https://id.example?x"), "AUTH_ISSUER must be a URL without a query"},
	{from("https://id.example/" + strings.Repeat("x", 255)), "AUTH_ISSUER has"},
	{keys("http://id.example/keys"), "AUTH_JWKS_URL must be an https URL"},
	{keys("https://ann:s3cret@id.example/k"), "AUTH_JWKS_URL must be a URL without a user"},
	{keys("/etc/keys.json"), "AUTH_JWKS_URL"}, {keys("file://keys.json"), "AUTH_JWKS_URL"},
	{skew(-1), "AUTH_CLOCK_SKEW"}, {skew(time.Minute + 1), "AUTH_CLOCK_SKEW 1m0.000000001s is"},
}

func TestSettingsOfAccess(t *testing.T) {
	for _, tt := range accesses {
		_, err := tt.c.resolved()
		switch {
		case tt.refusal == "" && err != nil:
			t.Errorf("%+v: %v", tt.c, err)
		case tt.refusal != "" && (err == nil || !strings.Contains(err.Error(), tt.refusal)):
			t.Errorf("%+v: %v, want %q", tt.c, err, tt.refusal)
		case err != nil && strings.Contains(err.Error(), "s3cret"):
			t.Errorf("the error repeats a password: %v", err)
		}
	}
}

// Keys elsewhere let the issuer be any name.
func TestAnIssuerIsANameIfItsKeysAreElsewhere(t *testing.T) {
	for _, name := range []string{"joe", "http://id.example", "urn:shop:issuer"} {
		c := Config{Auth: authJWT, Issuer: name, Audience: "a", KeysURL: "file:///k.json"}
		if _, err := c.resolved(); err != nil {
			t.Error(err)
		}
	}
}

func TestItWarnsThatEverybodyMayDoEverything(t *testing.T) {
	for host, open := range map[string]bool{
		"": true, "0.0.0.0": true, "::": true, "10.0.0.7": true, "shop.example": true,
		"fe80::1":   true,
		"127.0.0.1": false, "::1": false, "localhost": false, "127.1.2.3": false,
		"::ffff:127.0.0.1": false, "LOCALHOST": false,
	} {
		for _, auth := range []Auth{"", authNone, authJWT} {
			var log bytes.Buffer
			Config{Host: host, Auth: auth}.warn(slog.New(slog.NewTextHandler(&log, nil)))
			warned := strings.Count(log.String(), "Anybody who reaches the port") == 1
			if warned != (open && auth != authJWT) {
				t.Errorf("HOST=%s AUTH=%s: %s", host, auth, &log)
			}
		}
	}
}

func TestTheGraphIsCompleteWithTokens(t *testing.T) {
	c := Config{Auth: authJWT, Issuer: issuerURL, Audience: "orders"}
	if err := fx.ValidateApp(Module(c, "test", slog.New(slog.DiscardHandler))); err != nil {
		t.Error(err)
	}
}
