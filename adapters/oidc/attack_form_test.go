package oidc_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"orders/test/issuer"
)

// A token has one form. Whatever else means the same to somebody is refused.
func TestATokenHasOneForm(t *testing.T) {
	of := newTarget(t)
	good := of.rsa.Sign(nil, of.claims())
	p := strings.Split(good, ".")
	last := good[len(good)-1]
	all := []attack{
		{
			"the JSON serialization",
			`{"payload":"` + p[1] + `","protected":"` + p[0] + `","signature":"` +
				p[2] + `"}`,
			form,
		},
		{"encrypted: five parts", strings.Join([]string{p[0], "AA", "AA", p[1], p[2]}, "."), form},
		{"four parts", good + "." + p[2], form},
		{"two parts", p[0] + "." + p[1], form},
		{"detached payload", p[0] + ".." + p[2], form},
		{"no header", "." + p[1] + "." + p[2], form},
		{
			"signature of another",
			p[0] + "." + p[1] + "." + strings.Repeat("A", len(p[2])),
			signature,
		},
		{"the last bits of the signature", good[:len(good)-1] + sibling(last), form},
		{"a NUL after it", good + "\x00", form},
		{"quoted", `"` + good + `"`, form},
		{"Bearer", "Bearer " + good, form},
		{"with a scheme", "bearer:" + good, form},
		{"two tokens", good + "," + good, form},
		{"empty", "", form},
		{"dots", "..", form},
		{"wide", strings.ReplaceAll(good, ".", "．"), form},
	}
	of.refuses(t, all)
}

// What a lax decoder passes over, or takes for another character.
func TestNoCharacterIsPassedOver(t *testing.T) {
	of := newTarget(t)
	good := of.rsa.Sign(nil, of.claims())
	p := strings.Split(good, ".")
	var all []attack
	for _, added := range []string{"=", "==", " ", "\n", "\r\n", "\t", "%20", "%3D", "+", "/"} {
		for i := range p {
			parts := append([]string{}, p...)
			parts[i] += added
			all = append(
				all,
				attack{fmt.Sprintf("%q after part %d", added, i), strings.Join(parts, "."), form},
			)
			parts[i] = p[i][:7] + added + p[i][7:]
			all = append(
				all,
				attack{fmt.Sprintf("%q in part %d", added, i), strings.Join(parts, "."), form},
			)
		}
		all = append(all, attack{fmt.Sprintf("%q before", added), added + good, form})
	}
	of.refuses(t, all)
}

// sibling is the character that a lax decoder takes for the same last byte.
func sibling(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, c)^1])
}

// The other alphabet of base64 is refused also where the token is signed like that.
func TestTheOtherAlphabetIsRefused(t *testing.T) {
	of := newTarget(t)
	claims := of.claims()
	claims["text"] = "???>>>~~~ÿÿÿ"
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	good := of.rsa.Sign(nil, claims)
	p := strings.Split(good, ".")
	other := base64.RawStdEncoding.EncodeToString(text)
	if p[1] == other {
		t.Fatal("the alphabets do not differ here")
	}
	of.refuses(t, []attack{{"alphabet", p[0] + "." + other + "." + p[2], form}})
}

// Members that a good payload must not have as well: two readers must not see two tokens in the
// same bytes.
var members = []struct{ name, text, reason string }{
	{"sub twice", `"sub":"bob"`, twice},
	{"sub twice, once escaped", `"\u0073ub":"bob"`, twice},
	{"aud twice", `"aud":"orders"`, twice},
	{"twice inside", `"realm_access":{"roles":[],"roles":["orders:admin"]}`, twice},
	{"deep", nested(5), deep}, {"very deep", nested(500), deep},
	{"deep lists", `"x":` + strings.Repeat("[", 2500) + strings.Repeat("]", 2500), deep},
	{"NaN", `"x":NaN`, form}, {"0x", `"x":0x10`, form}, {"a huge number", `"x":1e999`, form},
	{"broken UTF-8", "\"x\":\"\xff\"", form}, {"overlong", "\"x\":\"\xc0\xaf\"", form},
	{"half a pair", `"x":"\ud800"`, form}, {"single quotes", `'x':1`, form},
	{"a comma more", "", form},
}

func nested(depth int) string {
	return `"x":` + strings.Repeat(`{"a":[`, depth) + strings.Repeat("]}", depth)
}

func TestJSONThatReadersDisagreeOnIsRefused(t *testing.T) {
	of := newTarget(t)
	header := fmt.Appendf(nil, `{"alg":"RS256","kid":%q}`, of.rsa.ID)
	good := string(body(of))
	sign := func(payload string) string { return of.rsa.SignText(header, []byte(payload)) }
	more := func(members string) string { return sign(good[:len(good)-1] + "," + members + "}") }
	both := fmt.Appendf(nil, `{"alg":"none","alg":"RS256","kid":%q}`, of.rsa.ID)
	all := []attack{
		{"alg twice", of.rsa.SignText(both, []byte(good)), twice},
		{"a comment", sign(good + "/* */"), form}, {"cut off", sign(good[:len(good)-1]), form},
		{"two objects", sign(good + good), form}, {"a list", sign("[" + good + "]"), form},
		{"null", sign("null"), form}, {"a text", sign(`"x"`), form}, {"nothing", sign(""), form},
		{"a mark before", sign("\uFEFF" + good), form}, {"a NUL after", sign(good + "\x00"), form},
		{"header is a list", of.rsa.SignText([]byte(`["RS256"]`), []byte(good)), form},
		{"header is null", of.rsa.SignText([]byte(`null`), []byte(good)), form},
	}
	for _, m := range members {
		all = append(all, attack{m.name, more(m.text), m.reason})
	}
	of.refuses(t, all)
	if why := refused(t, of.tokens, more(nested(2))); why != "" {
		t.Errorf("nested twice: %s", why)
	}
}

func TestLargeTokensAreRefused(t *testing.T) {
	of := newTarget(t)
	sized := func(n int) string {
		return of.rsa.Sign(
			nil,
			issuer.With(of.claims(), issuer.Claims{"x": strings.Repeat("x", n)}),
		)
	}
	const long = "the token is too long"
	of.refuses(t, []attack{
		{"8 KiB", sized(6100), long}, {"1 MiB", sized(1 << 20), long},
		{"dots", strings.Repeat(".", 1<<20), long}, {"letters", strings.Repeat("A", 10<<20), long},
	})
	if why := refused(t, of.tokens, sized(4000)); why != "" {
		t.Errorf("a large token is refused: %s", why)
	}
}

// The other root of an ECDSA signature is as good, but is no other token: it names the same bearer.
func TestASignatureOfOtherNumbersIsRefused(t *testing.T) {
	of := newTarget(t)
	p := strings.Split(of.ec.Sign(nil, of.claims()), ".")
	raw, err := base64.RawURLEncoding.DecodeString(p[2])
	if err != nil {
		t.Fatal(err)
	}
	r, s := new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])
	with := func(b []byte) string { return p[0] + "." + p[1] + "." + issuer.Encode(b) }
	der := append(
		append([]byte{0x30, 68, 2, 32}, r.Bytes()...),
		append([]byte{2, 32}, s.Bytes()...)...)
	of.refuses(t, []attack{
		{"zeros", with(make([]byte, 64)), signature},
		{"r and s exchanged", with(append(raw[32:64:64], raw[:32]...)), signature},
		{"ASN.1", with(der), signature},
		{"longer", with(append([]byte{0}, raw...)), signature},
		{"shorter", with(raw[1:]), signature},
	})
}
