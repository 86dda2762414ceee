package oidc_test

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"testing"

	"orders/test/issuer"
)

func TestNoTokenIsAcceptedWithoutASignature(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, alg := range []any{
		"none", "None", "NONE", "nOnE", "", " none", "none ", nil, 0, false, []string{"RS256"},
	} {
		header := issuer.Claims{"alg": alg, "kid": of.rsa.ID}
		all = append(all, attack{fmt.Sprintf("alg %v", alg), of.as(header, nothing), algorithm})
	}
	all = append(all,
		attack{"no alg", of.as(issuer.Claims{"kid": of.rsa.ID}, nothing), algorithm},
		attack{"none and no kid", of.as(issuer.Claims{"alg": "none"}, nothing), algorithm},
	)
	for _, k := range []issuer.Key{of.rsa, of.ec, of.ed} {
		header := issuer.Claims{"alg": k.Algorithm, "kid": k.ID}
		for name, made := range map[string]int{"no": 0, "a short": 1, "a zero": 64, "a long": 256} {
			zeros := func(string) []byte { return make([]byte, made) }
			all = append(all, attack{
				k.Algorithm + " with " + name + " signature", of.as(header, zeros), signature,
			})
		}
	}
	of.refuses(t, all)
}

// Whoever knows a public key can sign with it as with a secret, if the verifier lets the token
// choose the algorithm.
func TestAPublicKeyIsNoSecret(t *testing.T) {
	of := newTarget(t)
	var all []attack
	for _, k := range []issuer.Key{of.rsa, of.ec, of.ed} {
		der, err := x509.MarshalPKIXPublicKey(k.Private.Public())
		if err != nil {
			t.Fatal(err)
		}
		block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		jwk, _ := json.Marshal(k.JWK())
		secrets := map[string][]byte{
			"DER":                 der,
			"PEM":                 block,
			"PEM without newline": block[:len(block)-1],
			"JWK":                 jwk,
			"empty":               {},
		}
		if public, is := k.Private.Public().(*rsa.PublicKey); is {
			secrets["n"] = public.N.Bytes()
			secrets["n as in the JWK"] = []byte(issuer.Encode(public.N.Bytes()))
			secrets["PKCS1"] = x509.MarshalPKCS1PublicKey(public)
		}
		for name, secret := range secrets {
			sign := func(signed string) []byte {
				m := hmac.New(sha256.New, secret)
				m.Write([]byte(signed))
				return m.Sum(nil)
			}
			all = append(all, attack{
				"HS256 with the " + name + " of " + k.Algorithm,
				of.as(issuer.Claims{"alg": "HS256", "kid": k.ID}, sign), algorithm,
			}, attack{
				k.Algorithm + ", but signed by HS256 with its " + name,
				of.as(issuer.Claims{"alg": k.Algorithm, "kid": k.ID}, sign), signature,
			})
		}
	}
	of.refuses(t, all)
}

func TestAnAlgorithmThatIsNotTheKeysIsRefused(t *testing.T) {
	of := newTarget(t)
	forRS := func(alg string) string { return of.rsa.Sign(issuer.Claims{"alg": alg}, of.claims()) }
	all := []attack{{"PS256 over RS256", forRS("PS256"), signature}}
	for _, alg := range []string{
		"RS384", "RS512", "PS384", "PS512", "ES384", "ES512", "ES256K", "HS256", "HS384", "HS512",
		"rs256", "RS256 ", "Ed25519", "eddsa", "RSA-OAEP", "A128GCM", "dir", "SHA256", "RS1",
	} {
		all = append(all, attack{alg + " over RS256", forRS(alg), algorithm})
	}
	genuinePSS := issuer.Key{ID: of.rsa.ID, Algorithm: "PS256", Private: of.rsa.Private}
	all = append(
		all,
		attack{"a genuine PS256 of a key for RS256", genuinePSS.Sign(nil, of.claims()), signature},
		attack{"ES256 with an RSA key", forRS("ES256"), signature},
		attack{"EdDSA with an RSA key", forRS("EdDSA"), signature},
		attack{
			"RS256 with an EC key",
			of.ec.Sign(issuer.Claims{"alg": "RS256"}, of.claims()),
			signature,
		},
		attack{
			"EdDSA with an EC key",
			of.ec.Sign(issuer.Claims{"alg": "EdDSA"}, of.claims()),
			signature,
		},
		attack{
			"ES256 with an Ed25519 key",
			of.ed.Sign(issuer.Claims{"alg": "ES256"}, of.claims()),
			signature,
		},
	)
	of.refuses(t, all)
}
