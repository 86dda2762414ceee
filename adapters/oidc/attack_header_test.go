package oidc_test

import (
	"fmt"
	"strings"
	"testing"

	"orders/test/issuer"
)

// Keys that a token brings, or names a place for, are its writer's.
func TestKeysOfTheTokenAreNotUsed(t *testing.T) {
	of := newTarget(t)
	fetches := of.Fetches()
	elsewhere := issuer.New(t)
	elsewhere.Add(of.evil)
	chain := []string{"MIIB", "AAAA"}
	var all []attack
	for name, header := range map[string]issuer.Claims{
		"plain": {}, "jwk": {"jwk": of.evil.JWK()}, "jku": {"jku": elsewhere.KeysURL()},
		"x5u": {"x5u": elsewhere.URL + "/cert"}, "x5c": {"x5c": chain}, "x5t": {"x5t": "AAAA"},
		"jku of the issuer": {"jku": of.URL + "/../keys@" + elsewhere.KeysURL()},
		"all":               {"jwk": of.evil.JWK(), "jku": elsewhere.KeysURL(), "x5c": chain},
	} {
		header["kid"] = of.rsa.ID
		all = append(all, attack{name, of.evil.Sign(header, of.claims()), signature})
	}
	of.refuses(t, all)
	if of.Fetches() != fetches || elsewhere.Fetches() != 0 {
		t.Errorf(
			"%d fetches of the issuer, %d elsewhere",
			of.Fetches()-fetches,
			elsewhere.Fetches(),
		)
	}
	good := of.rsa.Sign(issuer.Claims{"x5t": "AAAA", "jku": elsewhere.KeysURL()}, of.claims())
	if why := refused(t, of.tokens, good); why != "" || elsewhere.Fetches() != 0 {
		t.Errorf("a good token with jku is refused: %s", why)
	}
}

func TestAKidIsOnlyAName(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, name := range []string{
		"../../../../etc/passwd", "/dev/null", "file:///dev/null", "https://evil.example/keys",
		"http://169.254.169.254/latest/meta-data", "' OR '1'='1", "x' UNION SELECT 'key';--",
		"$(id)", "|id", "%00", "*", of.rsa.ID + " ", strings.ToLower(of.rsa.ID), of.rsa.ID[1:],
		strings.Repeat("k", 255), "0", "null", "keys", "ключ",
	} {
		all = append(all,
			attack{"kid " + name, of.evil.Sign(issuer.Claims{"kid": name}, of.claims()), unknown})
	}
	for _, wrong := range []any{
		nil, "", 0, 1.5, true, []string{of.rsa.ID}, issuer.Claims{"kid": of.rsa.ID},
		strings.Repeat("k", 256), of.rsa.ID + "\x00", "\n" + of.rsa.ID, of.rsa.ID + "\u0085",
	} {
		all = append(
			all,
			attack{
				fmt.Sprintf("kid %.20v", wrong),
				of.rsa.Sign(issuer.Claims{"kid": wrong}, of.claims()),
				kid,
			},
		)
	}
	other := of.rsa.Sign(issuer.Claims{"kid": of.ec.ID}, of.claims())
	of.refuses(t, append(all, attack{"kid of another key", other, signature}))
	if of.Fetches() > 2 {
		t.Errorf("the keys were fetched %d times", of.Fetches())
	}
}

func TestWhatTheHeaderDemandsIsKnownOrRefused(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, crit := range []any{
		[]string{"exp"}, []string{"x-must"}, []string{"b64"}, []string{}, "b64", issuer.Claims{}, 1,
	} {
		header := issuer.Claims{"crit": crit, "x-must": true}
		all = append(
			all,
			attack{fmt.Sprintf("crit %v", crit), of.rsa.Sign(header, of.claims()), extension},
		)
	}
	for name, header := range map[string]string{
		"crit null":           `"crit":null`,
		"b64 without crit":    `"b64":false`,
		"b64 true":            `"b64":true`,
		"b64 false with crit": `"b64":false,"crit":["b64"]`,
	} {
		text := fmt.Sprintf(`{"alg":"RS256","kid":%q,%s}`, of.rsa.ID, header)
		all = append(all, attack{name, of.rsa.SignText([]byte(text), body(of)), extension})
	}
	of.refuses(t, all)
}

func TestOnlyTheTypesOfAccessTokensAreAccepted(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, wrong := range []any{
		"id+jwt", "logout+jwt", "secevent+jwt", "dpop+jwt", "JOSE", "JWE", "jwt2", "", " JWT",
		"at+JWT ",
		"application/id+jwt", "text/jwt", "application/application/jwt", "/jwt", 1, []string{"JWT"},
		"introspection+jwt",
		"token-introspection+jwt", "oauth-authz-req+jwt", "entity-statement+jwt", "ID", "Refresh",
	} {
		all = append(all, attack{
			fmt.Sprintf(
				"typ %v",
				wrong,
			),
			of.rsa.Sign(issuer.Claims{"typ": wrong}, of.claims()),
			typ,
		})
	}
	of.refuses(t, all)
	for _, right := range []any{
		nil, "JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+jwt",
		"application/jwt",
	} {
		token := of.rsa.Sign(issuer.Claims{"typ": right}, of.claims())
		if why := refused(t, of.tokens, token); why != "" {
			t.Errorf("typ %v is refused: %s", right, why)
		}
	}
}
