// Package forwarded tells from which address a request was sent, as far as trusted proxies say so.
package forwarded

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// A Header is the one in which proxies say where a request came from. A proxy writes one of them
// and passes the other one on as the client sent it, so only one can be believed.
type Header string

// The headers.
const (
	XForwardedFor Header = "x-forwarded-for"
	Forwarded     Header = "forwarded" // RFC 7239.
)

// hopsMax is how many proxies may follow each other.
const hopsMax = 32

// Proxies are those that are trusted to tell the truth. The zero Proxies trust nobody.
type Proxies struct {
	Header  Header
	Trusted []netip.Prefix
}

// Sender returns the address that a request was sent from, which came from peer with these lines of
// the header. Each proxy adds at the end whom it was asked by. So Sender walks from the end, and
// stops at the first address that is no trusted proxy's: what stands before that is the word of a
// client. It stops at the proxy, too, that names no address.
func (p Proxies) Sender(peer netip.Addr, lines [][]byte) netip.Addr {
	sender := plain(peer)
	if !p.trusts(sender) {
		return sender
	}
	hops := 0
	for _, line := range slices.Backward(lines) {
		named, ok := p.read(string(line))
		for _, hop := range slices.Backward(named) {
			address, known := addressOf(hop)
			if hops++; !known || hops > hopsMax {
				return sender
			}
			if sender = address; !p.trusts(sender) {
				return sender
			}
		}
		if !ok {
			return sender
		}
	}
	return sender
}

func (p Proxies) trusts(a netip.Addr) bool {
	return slices.ContainsFunc(p.Trusted, func(n netip.Prefix) bool { return n.Contains(a) })
}

// read returns whom a line names, in its order, and whether it could be read. Of a line that could
// not, it returns nobody: who wrote which part is unclear.
func (p Proxies) read(line string) (named []string, ok bool) {
	if p.Header == Forwarded {
		return elements(line)
	}
	for hop := range strings.SplitSeq(line, ",") {
		if hop = strings.Trim(hop, blanks); hop != "" { // Lists may have empty elements.
			named = append(named, hop)
		}
	}
	return named, true
}

// blanks are the optional white space of HTTP.
const blanks = " \t"

// addressOf returns the address of a hop, with or without a port. An IPv6 address has brackets
// where a port follows.
func addressOf(hop string) (a netip.Addr, ok bool) {
	if inner, found := strings.CutPrefix(hop, "["); found {
		address, rest, closed := strings.Cut(inner, "]")
		a, err := netip.ParseAddr(address)
		return plain(a), err == nil && closed && a.Is6() && (rest == "" || isPort(rest))
	}
	if at := strings.IndexByte(hop, ':'); at >= 0 && at == strings.LastIndexByte(hop, ':') {
		a, err := netip.ParseAddr(hop[:at])
		return plain(a), err == nil && isPort(hop[at:])
	}
	a, err := netip.ParseAddr(hop)
	return plain(a), err == nil
}

// isPort reports whether text is a colon and a port, which may be obfuscated (RFC 7239).
func isPort(text string) bool {
	port, found := strings.CutPrefix(text, ":")
	if hidden, is := strings.CutPrefix(port, "_"); is {
		return found && hidden != "" && strings.Trim(hidden, hiddenLetters) == ""
	}
	return found && port != "" && len(port) <= 5 && strings.Trim(port, "0123456789") == ""
}

const hiddenLetters = letters + "._-"

// plain returns the one form of an address: an IPv4 address is never written in IPv6, and there is
// no zone, which means nothing outside of the host that names it.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// Networks reads networks and addresses, and the names of some networks.
func Networks(texts []string) (all []netip.Prefix, err error) {
	for _, text := range texts {
		if named, known := networksByName[strings.ToLower(text)]; known {
			all = append(all, named...)
			continue
		}
		n, err := network(text)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, nil
}

var networksByName = map[string][]netip.Prefix{
	"loopback": {
		netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"),
	},
	"private": {
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("172.16.0.0/12"),
		netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fc00::/7"),
	},
}

func network(text string) (n netip.Prefix, err error) {
	if a, failed := netip.ParseAddr(text); failed == nil {
		a = plain(a)
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	n, err = netip.ParsePrefix(text)
	switch {
	case err != nil:
		return n, fmt.Errorf("%q is not an address, a network such as 10.0.0.0/8, loopback or "+
			"private", text)
	case n.Bits() == 0:
		return n, fmt.Errorf("%q is everybody: clients would be trusted to say who they are", text)
	case n.Addr().Is4In6():
		return n, fmt.Errorf("%q is IPv4 written in IPv6; write it as IPv4", text)
	case n != n.Masked():
		return n, fmt.Errorf("%q has bits behind its length; did you mean %s?", text, n.Masked())
	}
	return n, nil
}
