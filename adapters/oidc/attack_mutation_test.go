package oidc_test

import (
	"math/rand/v2"
	"testing"

	"orders/test/issuer"
)

// The mutations are the same in each run.
func TestNoMutationOfAGoodTokenIsAccepted(t *testing.T) {
	of := newTarget(t)
	random := rand.New(rand.NewPCG(1, 2))
	var good []string
	for _, k := range []issuer.Key{of.rsa, of.ec, of.ed} {
		good = append(good, k.Sign(nil, of.claims()))
	}
	for n := range 10_000 {
		from := good[n%len(good)]
		mutant := mutate(random, from)
		if mutant != from && refused(t, of.tokens, mutant) == "" {
			t.Fatalf("mutation %d is accepted: %q of %q", n, mutant, from)
		}
	}
	of.refuses(t, nil)
}

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\x00\xff"

// mutate changes a text in one to three places.
func mutate(random *rand.Rand, text string) string {
	b := []byte(text)
	for range 1 + random.IntN(3) {
		at, c := random.IntN(len(b)), characters[random.IntN(len(characters))]
		switch random.IntN(7) {
		case 0, 1:
			b[at] = c
		case 2:
			b = append(b[:at], b[at+1:]...)
		case 3:
			b = append(b[:at], append([]byte{c}, b[at:]...)...)
		case 4:
			b[at] ^= 1 << random.IntN(8)
		case 5:
			other := random.IntN(len(b))
			b[at], b[other] = b[other], b[at]
		case 6:
			if at > 0 {
				b = b[:at]
			}
		}
	}
	return string(b)
}
