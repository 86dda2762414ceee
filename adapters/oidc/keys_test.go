package oidc_test

import (
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"testing"

	"orders/adapters/oidc"
	"orders/test/issuer"
)

// keySet is a JSON Web Key Set of these keys, with one that is good.
func keySet(all ...issuer.Claims) []byte {
	text, err := json.Marshal(issuer.Claims{"keys": append(all, keyC.JWK())})
	if err != nil {
		panic(err)
	}
	return text
}

func trusting(i *issuer.Issuer, keys []byte) *oidc.Authenticator {
	return oidc.Fixed(oidc.Config{Issuer: i.URL, Audience: issuer.Audience, Skew: skew}, keys)
}

var publishedEC = keyA

// Keys as they may be published, and whether they verify tokens.
var published = []struct {
	name   string
	key    issuer.Key
	change issuer.Claims
	is     bool
}{
	{"as it is", publishedEC, nil, true}, {"RSA as it is", publishedRSA, nil, true},
	{"no alg", publishedEC, issuer.Claims{"alg": nil}, true},
	{"no use", publishedEC, issuer.Claims{"use": nil}, true},
	{"to verify", publishedEC, issuer.Claims{"key_ops": []string{"verify"}}, true},
	{"also to verify", publishedEC,
		issuer.Claims{"key_ops": []string{"sign", "verify"}, "use": nil}, true},
	{"to sign", publishedEC, issuer.Claims{"key_ops": []string{"sign"}}, false},
	{"to encrypt", publishedEC, issuer.Claims{"use": "enc"}, false},
	{"for something new", publishedEC, issuer.Claims{"use": "new"}, false},
	{"for deriving", publishedEC, issuer.Claims{"key_ops": []string{"deriveKey"}, "use": nil},
		false},
	{"for ES384", publishedEC, issuer.Claims{"alg": "ES384"}, false},
	{"for ECDH", publishedEC, issuer.Claims{"alg": "ECDH-ES"}, false},
	{"for HS256", publishedRSA, issuer.Claims{"alg": "HS256"}, false},
	{"for PS256", publishedRSA, issuer.Claims{"alg": "PS256"}, false},
	{"for RSA-OAEP", publishedRSA, issuer.Claims{"alg": "RSA-OAEP"}, false},
	{"no kid", publishedEC, issuer.Claims{"kid": nil}, false},
	{"a kid of another type", publishedEC, issuer.Claims{"kid": 1}, false},
	{"with a private half", publishedEC, issuer.Claims{"d": "AAAA"}, false},
	{"no point", publishedEC, issuer.Claims{"y": nil}, false},
	{"off the curve", publishedEC, issuer.Claims{"y": publishedEC.JWK()["x"]}, false},
	{"another curve", publishedEC, issuer.Claims{"crv": "P-384"}, false},
	{"an unknown curve", publishedEC, issuer.Claims{"crv": "secp256k1"}, false},
	{"another type", publishedEC, issuer.Claims{"kty": "RSA"}, false},
	{"a new type", publishedEC, issuer.Claims{"kty": "AKP"}, false},
	{"a huge exponent", publishedRSA, issuer.Claims{"e": strings.Repeat("AQAB", 10)}, false},
	{"an exponent of 1", publishedRSA, issuer.Claims{"e": "AQ"}, false},
	{"certificates of others", publishedEC,
		issuer.Claims{"x5c": []string{"MIIB"}, "x5u": "http://127.0.0.1:1", "x5t": "A"}, true},
}

// A key that does not fit is passed over, and the others are used.
func TestAPublishedKeyIsUsedForWhatItIsFor(t *testing.T) {
	i := issuer.New(t)
	for _, tt := range published {
		a := trusting(i, keySet(issuer.With(tt.key.JWK(), tt.change)))
		if why := refused(t, a, tt.key.Sign(nil, i.Claims("ann"))); (why == "") != tt.is {
			t.Errorf("%s: refused because %q", tt.name, why)
		}
		if why := refused(t, a, keyC.Sign(nil, i.Claims("ann"))); why != "" {
			t.Errorf("%s, beside a good key: %s", tt.name, why)
		}
	}
}

func TestWeakKeysAreNoKeys(t *testing.T) {
	i := issuer.New(t)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	nearly, err := rsa.GenerateKey(rand.Reader, 2040)
	if err != nil {
		t.Fatal(err)
	}
	for name, private := range map[string]crypto.Signer{"1024": weak, "2040": nearly} {
		for _, alg := range []any{"RS256", nil} {
			k := issuer.Key{ID: name, Algorithm: "RS256", Private: private}
			a := trusting(i, keySet(issuer.With(k.JWK(), issuer.Claims{"alg": alg})))
			if why := refused(t, a, k.Sign(nil, i.Claims("ann"))); why != unknown {
				t.Errorf("an RSA key of %s bits: %q", name, why)
			}
		}
	}
}

func TestKeysOfOtherTypesAreNoKeys(t *testing.T) {
	i := issuer.New(t)
	other, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	k := issuer.Key{ID: "P-384", Algorithm: "ES384", Private: other}
	a := trusting(i, keySet(issuer.With(k.JWK(), issuer.Claims{"alg": nil})))
	if why := refused(
		t,
		a,
		k.Sign(issuer.Claims{"alg": "ES256"}, i.Claims("ann")),
	); why != unknown {
		t.Errorf("ES256 by P-384: %q", why)
	}
	agreement, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	x25519 := issuer.Claims{
		"kty": "OKP",
		"crv": "X25519",
		"kid": "x",
		"x":   issuer.Encode(agreement.PublicKey().Bytes()),
	}
	oct := issuer.Claims{"kty": "oct", "kid": "o", "k": "AAAA", "alg": "HS256"}
	a = trusting(i, keySet(x25519, oct, issuer.Claims{}, issuer.Claims{"kid": "z"}))
	for _, id := range []string{"x", "o", "z", ""} {
		if why := refused(
			t,
			a,
			keyC.Sign(issuer.Claims{"kid": id}, i.Claims("ann")),
		); why != unknown &&
			why != kid {
			t.Errorf("kid %s: %q", id, why)
		}
	}
}

// RFC 7517 lets several keys have one kid, if they are of different types.
func TestKeysMayShareAKid(t *testing.T) {
	i := issuer.New(t)
	rs, ec, ed := publishedRSA, keyA, issuer.NewKey("EdDSA")
	rs.ID, ec.ID, ed.ID = "same", "same", "same"
	a := trusting(i, issuer.KeySet(rs, ec, ed))
	for _, k := range []issuer.Key{rs, ec, ed} {
		if why := refused(t, a, k.Sign(nil, i.Claims("ann"))); why != "" {
			t.Errorf("%s: %s", k.Algorithm, why)
		}
	}
}

// Microsoft's keys name no algorithm: either of RSA's is theirs.
func TestAKeyWithoutAlgorithmIsForThoseOfItsType(t *testing.T) {
	i := issuer.New(t)
	k := publishedRSA
	a := trusting(i, keySet(issuer.With(k.JWK(), issuer.Claims{"alg": nil})))
	for _, alg := range []string{"RS256", "PS256"} {
		k.Algorithm = alg
		if why := refused(t, a, k.Sign(nil, i.Claims("ann"))); why != "" {
			t.Errorf("%s: %s", alg, why)
		}
	}
	for _, alg := range []string{"ES256", "EdDSA"} {
		if why := refused(
			t,
			a,
			k.Sign(issuer.Claims{"alg": alg}, i.Claims("ann")),
		); why != signature {
			t.Errorf("%s: %q", alg, why)
		}
	}
}
