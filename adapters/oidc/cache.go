package oidc

import (
	"crypto/sha256"
	"sync"
	"time"

	"orders/ports"
)

// halfMax is how many bytes of identities are remembered in a half of a cache: some
// forty thousand usual ones.
const halfMax = 16 << 20

// A cache remembers the identities of the tokens that were verified last, in at most two
// halves. It forgets the older one as a whole when the newer one is full.
type cache struct {
	mu           sync.RWMutex
	newer, older map[[sha256.Size]byte]ports.Identity
	bytes        int // Of the newer one.
}

func (c *cache) get(sum [sha256.Size]byte) (id ports.Identity, known bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if id, known = c.newer[sum]; !known {
		id, known = c.older[sum]
	}
	return id, known
}

// unexpired is get for a token that has not expired.
func (c *cache) unexpired(sum [sha256.Size]byte) (id ports.Identity, known bool) {
	id, known = c.get(sum)
	return id, known && time.Now().Before(id.Expires)
}

func (c *cache) put(sum [sha256.Size]byte, id ports.Identity) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.newer[sum]; known {
		return
	}
	size := sizeOf(id)
	if c.newer == nil || c.bytes+size > halfMax {
		c.newer, c.older, c.bytes = map[[sha256.Size]byte]ports.Identity{}, c.newer, 0
	}
	c.newer[sum] = id
	c.bytes += size
}

// sizeOf estimates the bytes of an identity in a cache. Its issuer is one text for all.
func sizeOf(id ports.Identity) int {
	const entry, text = 250, 16
	size := entry + len(id.Subject) + len(id.Client)
	for _, s := range id.Scopes {
		size += text + len(s)
	}
	return size
}
