package oidc

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
)

// methods are the algorithms that are allowed. None of them has a secret that the service knows.
var methods = map[string]jwt.SigningMethod{
	"RS256": jwt.SigningMethodRS256,
	"PS256": jwt.SigningMethodPS256,
	"ES256": jwt.SigningMethodES256,
	"EdDSA": jwt.SigningMethodEdDSA,
}

func isAllowed(alg string) bool { return methods[alg] != nil }

const rsaMin = 2048 // Bits.

// A key verifies signatures.
type key struct {
	alg    string // The only algorithm that it is for; empty if its issuer does not say.
	public any
	sum    [sha256.Size]byte // Another key's if anything of it differs.

	published context.Context // Ends when a set comes without the key.
	withdraw  context.CancelFunc
}

// isSignedBy reports whether the token's signature was made by the private half of a key.
func (t token) isSignedBy(k key) bool {
	return k.isFor(t.alg) && methods[t.alg].Verify(t.signed, t.signature, k.public) == nil
}

func (k key) isFor(alg string) bool { return (k.alg == "" || k.alg == alg) && fits(alg, k.public) }

// fits reports whether a public key is of the algorithm's type.
func fits(alg string, public any) bool {
	switch public := public.(type) {
	case *rsa.PublicKey:
		return alg == "RS256" || alg == "PS256"
	case *ecdsa.PublicKey:
		return alg == "ES256" && public.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return alg == "EdDSA"
	}
	return false
}

// A keySet has the keys that an issuer publishes at a time, and the tokens that they verified. A
// token that is still being verified when another set takes its place is remembered in the old one.
type keySet struct {
	keys     map[string][]key  // By their kid, which an issuer may use for several.
	hash     [sha256.Size]byte // Of the keys.
	verified *cache
	before   *cache // Of the set before; nil if there was none.
}

var errNoKeys = errors.New("the answer has no key that verifies tokens")

// parseKeys reads a JSON Web Key Set (RFC 7517). It passes over keys that are for something else,
// too weak, or of an unknown form, but a set without any other is an error.
func parseKeys(text []byte) (*keySet, error) {
	var published struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(text, &published) != nil {
		return nil, errors.New("the answer is not a JSON Web Key Set") // The cause repeats of it.
	}
	set := &keySet{keys: map[string][]key{}, verified: &cache{}}
	var all [][]byte
	for _, each := range published.Keys {
		var m jwkset.JWKMarshal
		if json.Unmarshal(each, &m) != nil {
			continue
		}
		k, canonical, err := keyOf(m)
		k.sum = sha256.Sum256(canonical)
		isKnown := slices.ContainsFunc(set.keys[m.KID], func(o key) bool { return o.sum == k.sum })
		if err == nil && !isKnown {
			k.published, k.withdraw = context.WithCancel(context.Background())
			set.keys[m.KID] = append(set.keys[m.KID], k)
			all = append(all, canonical)
		}
	}
	if len(all) == 0 {
		return nil, errNoKeys
	}
	slices.SortFunc(all, bytes.Compare)
	set.hash = sha256.Sum256(bytes.Join(all, nil))
	return set, nil
}

// follow makes the set the one after old: keys that stay go on, and all others are withdrawn.
func (s *keySet) follow(old *keySet) {
	for kid, keys := range old.keys {
		for _, k := range keys {
			i := slices.IndexFunc(s.keys[kid], func(other key) bool { return other.sum == k.sum })
			if i < 0 {
				k.withdraw()
				continue
			}
			s.keys[kid][i] = k
		}
	}
	s.before = old.verified
}

// keyOf returns a published key, and bytes that are another key's if anything of it differs.
func keyOf(m jwkset.JWKMarshal) (k key, canonical []byte, err error) {
	m.X5C, m.X5T, m.X5TS256, m.X5U = nil, "", "", "" // The set vouches for the key, no certificate.
	parsed, err := jwkset.NewJWKFromMarshal(m, jwkset.JWKMarshalOptions{},
		jwkset.JWKValidateOptions{})
	if err != nil {
		return key{}, nil, err
	}
	k = key{alg: string(m.ALG), public: parsed.Key()}
	if !isToVerify(m) || !slices.ContainsFunc(slices.Collect(maps.Keys(methods)), k.isFor) {
		return key{}, nil, errNoKeys
	}
	if public, is := k.public.(*rsa.PublicKey); is && public.N.BitLen() < rsaMin {
		return key{}, nil, errNoKeys
	}
	der, err := x509.MarshalPKIXPublicKey(k.public)
	return k, slices.Concat([]byte(m.KID), []byte{0}, []byte(k.alg), []byte{0}, der), err
}

// isToVerify reports whether a key is published to verify signatures.
func isToVerify(m jwkset.JWKMarshal) bool {
	isPrivate := m.D != "" // Whoever reads it could sign.
	return m.KID != "" && (m.USE == "" || m.USE == jwkset.UseSig) && !isPrivate &&
		(len(m.KEYOPS) == 0 || slices.Contains(m.KEYOPS, jwkset.KeyOpsVerify))
}
