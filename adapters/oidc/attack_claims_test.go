package oidc_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// Reasons of refusals.
const (
	otherIssuer   = "the token is of another issuer"
	otherAudience = "the token is for another audience"
	expired       = "the token has expired"
	noSub         = "the sub of the token is not a text of 1 to 255 characters"
	noAccess      = "the token is not an access token"
	bound         = "the token is bound to a key, which this service does not check"
)

// with is a token of good claims with one changed.
func (of target) with(name string, value any) string {
	return of.rsa.Sign(nil, issuer.With(of.claims(), issuer.Claims{name: value}))
}

func TestATokenOfAnotherIssuerIsRefused(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, iss := range []any{
		of.URL + "/", of.URL + "/realms/x", of.URL[:len(of.URL)-1], strings.ToUpper(of.URL),
		" " + of.URL,
		of.URL + " ", "https" + of.URL[4:], of.URL + "#", of.URL + "?", of.URL + "\x00", "", nil, 1,
		true,
		[]string{of.URL}, issuer.Claims{"iss": of.URL}, "http://evil.example",
		strings.Replace(of.URL, "127.0.0.1", "localhost", 1),
		strings.Replace(of.URL, "//", "//a@", 1),
	} {
		all = append(all, attack{fmt.Sprintf("iss %v", iss), of.with("iss", iss), otherIssuer})
	}
	of.refuses(t, all)
}

func TestATokenForSomebodyElseIsRefused(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, aud := range []any{
		"other", "", nil, "orders ", "Orders", "orders2", "order", "orders other", "orders,other",
		"*",
		[]string{}, []string{"other"}, []string{"orders "}, []string{"orders other"}, []string{""},
	} {
		all = append(all, attack{fmt.Sprintf("aud %v", aud), of.with("aud", aud), otherAudience})
	}
	for _, aud := range []any{1, true, issuer.Claims{"orders": true}} {
		all = append(all, attack{
			fmt.Sprintf("aud %v", aud), of.with("aud", aud),
			"the claim aud of the token is neither a text nor a list",
		})
	}
	for _, aud := range []any{
		[]any{"orders", 1}, []any{[]string{"orders"}}, []any{"orders", nil},
		[]any{issuer.Claims{"aud": "orders"}},
	} {
		all = append(all, attack{
			fmt.Sprintf("aud %v", aud), of.with("aud", aud),
			"the claim aud of the token has more than texts",
		})
	}
	of.refuses(t, all)
	if why := refused(t, of.tokens, of.with("aud", []string{"other", "orders"})); why != "" {
		t.Errorf("a token for several is refused: %s", why)
	}
}

func TestASubjectIsAText(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, sub := range []any{
		nil, "", 1, 1.5, true, []string{"ann"}, []any{}, issuer.Claims{"sub": "ann"},
		strings.Repeat("a", 256), "ann\x00", "ann\n", "\r\nann", "\x1b[31mann", "a\u0085b", "\x7f",
	} {
		all = append(all, attack{fmt.Sprintf("sub %.20v", sub), of.with("sub", sub), noSub})
	}
	payload := string(body(of))
	null := strings.Replace(payload, `"sub":"ann"`, `"sub":null`, 1)
	header := fmt.Appendf(nil, `{"alg":"RS256","kid":%q}`, of.rsa.ID)
	all = append(all, attack{"sub null", of.rsa.SignText(header, []byte(null)), noSub})
	for _, name := range []string{"client_id", "azp"} {
		for _, client := range []any{1, "", []string{"web"}, strings.Repeat("a", 256), "web\n"} {
			all = append(all, attack{
				fmt.Sprintf("%s %.20v", name, client), of.with(name, client),
				"the " + name + " of the token is not a text of 1 to 255 characters",
			})
		}
	}
	of.refuses(t, all)
	for _, sub := range []string{"anonymous", strings.Repeat("ä", 255), "a b", "👤", "auth0|507f"} {
		if id, err := of.tokens.Authenticate(t.Context(), of.with("sub", sub)); err != nil ||
			id.Subject != sub || id.IsAnonymous() {
			t.Errorf("sub %.20q is %+v, %v", sub, id, err)
		}
	}
}

func TestTokensForSomethingElseAreRefused(t *testing.T) {
	of := newTarget(t)
	of.refuses(t, []attack{
		{"Keycloak's ID token", of.with("typ", "ID"), noAccess},
		{"Keycloak's refresh token", of.with("typ", "Refresh"), noAccess},
		{"Keycloak's offline token", of.with("typ", "Offline"), noAccess},
		{"Cognito's ID token", of.with("token_use", "id"), noAccess},
		{"somebody logged out", of.with("events", issuer.Claims{"x": issuer.Claims{}}), noAccess},
		{"an ID token beside an access token", of.with("at_hash", "AAAA"), noAccess},
		{"an ID token beside a code", of.with("c_hash", "AAAA"), noAccess},
		{"bound by DPoP", of.with("cnf", issuer.Claims{"jkt": "AAAA"}), bound},
		{"bound to a certificate", of.with("cnf", issuer.Claims{"x5t#S256": "AAAA"}), bound},
	})
	for name, value := range map[string]any{"typ": "Bearer", "token_use": "access", "nonce": "x"} {
		if why := refused(t, of.tokens, of.with(name, value)); why != "" {
			t.Errorf("%s %v is refused: %s", name, value, why)
		}
	}
}

func TestATimeIsASensibleNumber(t *testing.T) {
	of := newTarget(t)
	now := time.Now().Unix()
	var all []attack
	for _, name := range []string{"exp", "nbf", "iat"} {
		reason := "the " + name + " of the token is not a time"
		for _, value := range []any{
			fmt.Sprint(now + 60), "", true, []int64{now + 60}, issuer.Claims{}, -1, -1e300, 1e300,
			1e12,
			json.Number("253402300800"), json.Number("9223372036854775807"), json.Number("1e308"),
			json.Number("18446744073709551616"), "2999-01-01T00:00:00Z",
		} {
			all = append(
				all,
				attack{fmt.Sprintf("%s %v", name, value), of.with(name, value), reason},
			)
		}
	}
	all = append(
		all,
		attack{"no exp", of.with("exp", nil), "the exp of the token is not a time"},
		attack{"exp 0", of.with("exp", 0), expired},
		attack{
			"exp in milliseconds",
			of.with("exp", (now+60)*1000),
			"the exp of the token is not a time",
		},
		attack{"exp a fraction ago", of.with("exp", float64(now)-30.5), expired},
	)
	of.refuses(t, all)
	for _, good := range []string{
		of.with("exp", float64(now)+60.5), of.with("exp", json.Number("253402300799")),
		of.with("nbf", nil), of.with("iat", nil), of.with("iat", 0),
	} {
		if why := refused(t, of.tokens, good); why != "" {
			t.Error(why)
		}
	}
}

// How far from now the times of a token may be, in seconds beyond the skew s.
var skewed = []struct {
	name   string
	at     func(s int64) int64
	reason string
}{
	{"exp", func(s int64) int64 { return -s + 1 }, ""},
	{"exp", func(s int64) int64 { return -s }, expired},
	{"exp", func(s int64) int64 { return -s - 1 }, expired},
	{"nbf", func(s int64) int64 { return s }, ""},
	{"nbf", func(s int64) int64 { return s + 1 }, "the token is not valid yet"},
	{"iat", func(s int64) int64 { return s }, ""},
	{"iat", func(s int64) int64 { return s + 1 }, "the token was issued in the future"},
}

func TestTheClocksMayDifferByTheSkew(t *testing.T) {
	i := issuer.New(t)
	of := target{Issuer: i, rsa: i.Key()}
	for _, skew := range []time.Duration{0, time.Second, 30 * time.Second, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			c := oidc.Config{Issuer: i.URL, Audience: issuer.Audience, Skew: skew}
			a := oidc.Fixed(c, issuer.KeySet(i.Key()))
			now := time.Now() // A whole second, and time stands still.
			for _, tt := range skewed {
				at := tt.at(int64(skew.Seconds()))
				if why := refused(t, a, of.with(tt.name, now.Unix()+at)); why != tt.reason {
					t.Errorf("%s %d s from now, skew %s: %q", tt.name, at, skew, why)
				}
			}
			token := of.with("exp", now.Unix()+60)
			if id, err := a.Authenticate(t.Context(), token); err != nil ||
				!id.Expires.Equal(now.Add(time.Minute+skew)) {
				t.Errorf("it expires at %s, %v", id.Expires, err)
			}
			time.Sleep(time.Minute + skew - 1)
			if why := refused(t, a, token); why != "" {
				t.Errorf("refused too early: %s", why)
			}
			time.Sleep(time.Nanosecond)
			if why := refused(t, a, token); why != expired {
				t.Errorf("a remembered token that has expired: %q", why)
			}
		})
	}
}
