package issuer

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"

	"github.com/golang-jwt/jwt/v5"
)

// A Key signs tokens.
type Key struct {
	ID, Algorithm string
	Private       crypto.Signer
}

// NewKey returns a key with an ID of its own, for RS256, PS256, ES256, ES384 or EdDSA. It panics
// for another algorithm.
func NewKey(algorithm string) Key {
	return Key{rand.Text(), algorithm, must(privateFor(algorithm))}
}

func privateFor(algorithm string) (crypto.Signer, error) {
	switch algorithm {
	case "RS256", "PS256":
		return rsa.GenerateKey(rand.Reader, 2048)
	case "ES256":
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		return ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "EdDSA":
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	}
	return nil, errAlgorithm
}

// JWK is the public half, as a JSON Web Key.
func (k Key) JWK() Claims {
	all := Claims{"kid": k.ID, "alg": k.Algorithm, "use": "sig"}
	switch public := k.Private.Public().(type) {
	case *rsa.PublicKey:
		all["kty"], all["n"], all["e"] = "RSA", Encode(public.N.Bytes()), "AQAB"
	case *ecdsa.PublicKey:
		point := must(public.Bytes())[1:] // After the byte that says that both halves follow.
		all["kty"], all["crv"] = "EC", public.Curve.Params().Name
		all["x"], all["y"] = Encode(point[:len(point)/2]), Encode(point[len(point)/2:])
	case ed25519.PublicKey:
		all["kty"], all["crv"], all["x"] = "OKP", "Ed25519", Encode(public)
	}
	return all
}

// KeySet publishes keys, as a JSON Web Key Set.
func KeySet(keys ...Key) []byte {
	all := []Claims{}
	for _, k := range keys {
		all = append(all, k.JWK())
	}
	return must(json.Marshal(Claims{"keys": all}))
}

// Sign returns a token. Its header has what is usual, with these changes; those that are nil are
// left out.
func (k Key) Sign(header, claims Claims) string {
	usual := Claims{"alg": k.Algorithm, "kid": k.ID, "typ": "at+jwt"}
	return k.SignText(must(json.Marshal(With(usual, header))), must(json.Marshal(claims)))
}

// SignText returns a token of this very header and payload.
func (k Key) SignText(header, payload []byte) string {
	signed := Encode(header) + "." + Encode(payload)
	return signed + "." + Encode(must(jwt.GetSigningMethod(k.Algorithm).Sign(signed, k.Private)))
}

// Encode writes bytes as tokens have them.
func Encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
