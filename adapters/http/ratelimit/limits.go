// Package ratelimit bounds how often each caller asks: whoever has a name by that, all others by
// the network that they ask from.
package ratelimit

import (
	"hash/maphash"
	"math"
	"net/netip"
	"strconv"
	"time"
)

// callersMax is how many callers a table knows at once.
const callersMax = 1 << 15

// Limits count what each caller asks for. Nil Limits let everybody ask.
type Limits struct {
	seed  maphash.Seed
	kinds [kinds]kindLimits
}

// kindLimits are those of requests of one kind. Names and networks have a table each, as anybody
// can have many networks, and no flood of these may touch a name.
type kindLimits struct {
	advertised      string
	names, networks *table
}

// New returns the limits of the policies; nil if these bound nothing.
func New(p Policies) *Limits {
	if p == (Policies{}) {
		return nil
	}
	l := &Limits{seed: maphash.MakeSeed()}
	for k, policy := range p {
		if policy == (Policy{}) {
			continue
		}
		l.kinds[k] = kindLimits{
			advertised: policy.advertised(Kind(k)),
			names:      newTable(policy, callersMax), networks: newTable(policy, callersMax),
		}
	}
	return l
}

// A Counted is whose requests are counted together. It is a hash: the limits keep no name and no
// address.
type Counted struct {
	hash  uint64
	named bool
}

// Named is the caller of this name, for whom an issuer vouches.
func (l *Limits) Named(issuer, subject string) Counted {
	return Counted{maphash.Comparable(l.seed, [2]string{issuer, subject}), true}
}

// The size of a network, whose addresses count as one: a site or a phone is given all of an IPv6
// network of 64 bits, and may ask from any of its addresses.
const (
	bits4 = 32
	bits6 = 64
)

// At is the caller at an address.
func (l *Limits) At(a netip.Addr) Counted {
	a = a.Unmap().WithZone("")
	bits := bits4
	if a.Is6() {
		bits = bits6
	}
	network, _ := a.Prefix(bits) // Fails for the zero address, which is a network, too.
	return Counted{maphash.Comparable(l.seed, network), false}
}

// Apart is another caller, with a bucket of its own, at the same address.
func (c Counted) Apart() Counted { return Counted{^c.hash, c.named} }

// A Verdict is what became of a request, and what the caller is told about the next ones.
type Verdict struct {
	Allowed bool
	Wait    int    // If it is not: the seconds after which it will be, at least 1.
	Policy  string // The header RateLimit-Policy; empty if nothing bounds such requests.
	Left    string // The header RateLimit.
}

// Take counts a request, unless it is one too many.
func (l *Limits) Take(k Kind, c Counted, now time.Time) Verdict {
	t := l.tableOf(k, c)
	if t == nil {
		return Verdict{Allowed: true}
	}
	taken, left := t.take(c.hash, now)
	whole := math.Floor(max(left, 0)) // A bucket may owe what a nanosecond brings.
	next := int(math.Ceil((whole + 1 - left) / float64(t.policy.rate())))
	v := Verdict{Allowed: taken, Wait: max(next, 1), Policy: l.kinds[k].advertised}
	v.Left = `"` + k.String() + `";r=` + strconv.Itoa(int(whole)) + `;t=` + strconv.Itoa(v.Wait)
	return v
}

// Spent reports whether a request would be one too many.
func (l *Limits) Spent(k Kind, c Counted, now time.Time) bool {
	t := l.tableOf(k, c)
	return t != nil && t.left(c.hash, now) < 1
}

func (l *Limits) tableOf(k Kind, c Counted) *table {
	switch {
	case l == nil:
		return nil
	case c.named:
		return l.kinds[k].names
	}
	return l.kinds[k].networks
}
