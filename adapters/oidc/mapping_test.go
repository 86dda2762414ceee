package oidc_test

import (
	"strings"
	"testing"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// Claims, and who bears them.
var mapped = []struct {
	name, user, scope string // Settings.
	claims            issuer.Claims
	subject, scopes   string
}{
	{"scope", "", "", issuer.Claims{"scope": "a b"}, "ann", "a,b"},
	{"a list", "", "", issuer.Claims{"scope": []string{"a", "b c"}}, "ann", "a,b c"},
	{"scp", "", "", issuer.Claims{"scope": nil, "scp": []string{"a", "b"}}, "ann", "a,b"},
	{"scp, a text", "", "", issuer.Claims{"scope": nil, "scp": "a b"}, "ann", "a,b"},
	{"both", "sub", "scope", issuer.Claims{"scope": "a", "scp": []string{"b"}}, "ann", "a,b"},
	{"blanks", "", "", issuer.Claims{"scope": " a  b "}, "ann", "a,b"},
	{"empty", "", "", issuer.Claims{"scope": "", "scp": []string{""}}, "ann", ""},
	{"none", "", "", issuer.Claims{"scope": nil}, "ann", ""},
	{"an empty list", "", "", issuer.Claims{"scope": []string{}}, "ann", ""},
	{"other blanks", "", "", issuer.Claims{"scope": "a\tb\u00a0c\nd"}, "ann", "a\tb\u00a0c\nd"},
	{"a path", "", "realm_access.roles",
		issuer.Claims{"realm_access": issuer.Claims{"roles": []string{"orders:read", "x"}}}, "ann",
		"orders:read,x"},
	{"a path, without scp", "", "realm_access.roles", issuer.Claims{"scp": "orders:admin"}, "ann",
		""},
	{"a path that ends early", "", "realm_access.roles",
		issuer.Claims{"realm_access": "orders:admin"}, "ann", ""},
	{"a path of four", "", "a.b.c.d", nestedClaim("a", "b", "c", "d"), "ann", "x"},
	{"a URL", "", "https://shop.example/roles",
		issuer.Claims{"https://shop.example/roles": []string{"x"}}, "ann", "x"},
	{"a name with a dot comes first", "", "a.b",
		issuer.Claims{"a.b": "x", "a": issuer.Claims{"b": "y"}}, "ann", "x"},
	{"another user", "email", "", issuer.Claims{"email": "ann@shop.example", "scope": "a"},
		"ann@shop.example", "a"},
	{"a path to the user", "user.id", "",
		issuer.Claims{"user": issuer.Claims{"id": "u1"}, "scope": "a"}, "u1", "a"},
}

func TestClaimsAreMapped(t *testing.T) {
	i := issuer.New(t)
	for _, tt := range mapped {
		a := started(t, i, func(c *oidc.Config) { c.UserClaim, c.ScopeClaim = tt.user, tt.scope })
		id, err := a.Authenticate(t.Context(), i.TokenWith(i.Claims("ann"), tt.claims))
		if err != nil || id.Subject != tt.subject || strings.Join(id.Scopes, ",") != tt.scopes {
			t.Errorf("%s: %+v, %v", tt.name, id, err)
		}
	}
}

func TestClaimsThatCannotBeMappedAreRefused(t *testing.T) {
	i := issuer.New(t)
	const name = "the claim email of the token is not a text of 1 to 255 characters"
	for _, tt := range []struct {
		user, scope string
		claims      issuer.Claims
		reason      string
	}{
		{"email", "", nil, name}, {"email", "", issuer.Claims{"email": ""}, name},
		{"email", "", issuer.Claims{"email": 1}, name},
		{"email", "", issuer.Claims{"email": []string{"a"}}, name},
		{"email", "", issuer.Claims{"email": "a\nb"}, name},
		{"email", "", issuer.Claims{"email": strings.Repeat("a", 256)}, name},
		{"email", "", issuer.Claims{"email": "a", "sub": nil}, noSub},
		{"email", "", issuer.Claims{"email": "a", "sub": 1}, noSub},
		{"", "", issuer.Claims{"scope": 1},
			"the claim scope of the token is neither a text nor a list"},
		{"", "", issuer.Claims{"scope": issuer.Claims{"orders:admin": true}},
			"the claim scope of the token is neither a text nor a list"},
		{"", "", issuer.Claims{"scp": []any{"a", 1}},
			"the claim scp of the token has more than texts"},
		{"", "roles", issuer.Claims{"roles": []any{[]string{"a"}}},
			"the claim roles of the token has more than texts"},
	} {
		a := started(t, i, func(c *oidc.Config) { c.UserClaim, c.ScopeClaim = tt.user, tt.scope })
		if why := refused(t, a, i.TokenWith(i.Claims("ann"), tt.claims)); why != tt.reason {
			t.Errorf("%v: %q, want %q", tt.claims, why, tt.reason)
		}
	}
}

func TestTheClientIsTheOneOfTheStandard(t *testing.T) {
	i := issuer.New(t)
	a := started(t, i)
	for _, tt := range []struct {
		claims issuer.Claims
		client string
	}{
		{issuer.Claims{"client_id": "web"}, "web"},
		{issuer.Claims{"client_id": nil, "azp": "app"}, "app"},
		{issuer.Claims{"client_id": "web", "azp": "app"}, "web"},
		{issuer.Claims{"client_id": nil}, ""},
	} {
		id, err := a.Authenticate(t.Context(), i.TokenWith(i.Claims("ann"), tt.claims))
		if err != nil || id.Client != tt.client {
			t.Errorf("%v: %q, %v", tt.claims, id.Client, err)
		}
	}
}

// nestedClaim is "x" at the end of a path.
func nestedClaim(path ...string) issuer.Claims {
	if len(path) == 1 {
		return issuer.Claims{path[0]: "x"}
	}
	return issuer.Claims{path[0]: nestedClaim(path[1:]...)}
}
