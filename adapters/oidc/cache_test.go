package oidc

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"testing"

	"orders/ports"
)

func TestACacheIsBounded(t *testing.T) {
	var c cache
	large := ports.Identity{Scopes: []string{strings.Repeat("x", 8<<10)}}
	most := 0
	for n := range uint64(10_000) {
		var sum [sha256.Size]byte
		binary.BigEndian.PutUint64(sum[:], n)
		c.put(sum, large)
		if _, known := c.get(sum); !known {
			t.Fatal("what was put last is forgotten")
		}
		most = max(most, len(c.newer)+len(c.older))
	}
	if bytes := most * sizeOf(large); bytes > 2*halfMax || bytes < halfMax {
		t.Errorf("%d identities of %d bytes are remembered", most, sizeOf(large))
	}
}
