package forwarded

import (
	"net/netip"
	"strings"
	"testing"
)

// proxies trust 10.0.0.0/8 and 2001:db8:ffff::/48.
func proxies(t testing.TB, header Header) Proxies {
	t.Helper()
	trusted, err := Networks([]string{"10.0.0.0/8", "2001:db8:ffff::/48"})
	if err != nil {
		t.Fatal(err)
	}
	return Proxies{header, trusted}
}

// linesOf returns the lines of a header, which stand between bars.
func linesOf(text string) (lines [][]byte) {
	if text == "" {
		return nil
	}
	for line := range strings.SplitSeq(text, "|") {
		lines = append(lines, []byte(line))
	}
	return lines
}

type sent struct{ peer, lines, sender string }

func (s sent) check(t *testing.T, header Header) {
	t.Helper()
	got := proxies(t, header).Sender(netip.MustParseAddr(s.peer), linesOf(s.lines))
	if got != netip.MustParseAddr(s.sender) {
		t.Errorf("%s by %s, %q: sent from %s, want %s", header, s.peer, s.lines, got, s.sender)
	}
}

const client = "198.51.100.7"

var byXForwardedFor = []sent{
	// Nobody who is not trusted is believed.
	{client, "", client},
	{client, "203.0.113.9", client},
	{"::ffff:198.51.100.7", "203.0.113.9", client},
	{"2001:db8::1", "203.0.113.9", "2001:db8::1"},

	// A proxy names whom it was asked by, behind what the client says.
	{"10.0.0.1", client, client},
	{"::ffff:10.0.0.1", client, client},
	{"10.0.0.1", "203.0.113.9, " + client, client},
	{"10.0.0.1", "10.0.0.9, " + client, client},
	{"10.0.0.1", "10.0.0.1," + client + " ,\t10.0.0.3", client},
	{"10.0.0.1", "203.0.113.9|" + client, client},
	{"10.0.0.1", client + "|10.0.0.3|10.0.0.2", client},
	{"2001:db8:ffff::1", client, client},
	{"10.0.0.1", "1.1.1.1 " + client + ", " + client, client},

	// Forms of addresses.
	{"10.0.0.1", client + ":4711", client},
	{"10.0.0.1", "::ffff:198.51.100.7", client},
	{"10.0.0.1", "[::ffff:198.51.100.7]:1", client},
	{"10.0.0.1", "2001:DB8:0::5", "2001:db8::5"},
	{"10.0.0.1", "[2001:db8::5]:443", "2001:db8::5"},
	{"10.0.0.1", "[2001:db8::5]", "2001:db8::5"},
	{"10.0.0.1", "fe80::1%eth0", "fe80::1"},
	{"10.0.0.1", client + ", 2001:db8:ffff::2, ::ffff:10.0.0.5", client},

	// Empty elements mean nothing.
	{"10.0.0.1", ", ,\t, " + client + " ,", client},
	{"10.0.0.1", client + "||", client},

	// What cannot be read counts as its proxy's, and nothing before it counts.
	{"10.0.0.1", "", "10.0.0.1"},
	{"10.0.0.1", ",", "10.0.0.1"},
	{"10.0.0.1", client + ", unknown", "10.0.0.1"},
	{"10.0.0.1", client + ", unknown, 10.0.0.2", "10.0.0.2"},
	{"10.0.0.1", client + ", 10.0.0.256", "10.0.0.1"},
	{"10.0.0.1", client + ", 010.0.0.1", "10.0.0.1"},
	{"10.0.0.1", client + ", 10.0.0.2:", "10.0.0.1"},
	{"10.0.0.1", client + ", 10.0.0.2:x", "10.0.0.1"},
	{"10.0.0.1", client + ", 10.0.0.2:123456", "10.0.0.1"},
	{"10.0.0.1", client + ", [10.0.0.2]", "10.0.0.1"},
	{"10.0.0.1", client + ", [::1", "10.0.0.1"},
	{"10.0.0.1", client + ", [::1]x", "10.0.0.1"},
	{"10.0.0.1", client + ", \"10.0.0.2\"", "10.0.0.1"},
	{"10.0.0.1", client + ", 10.0.0.2;10.0.0.3", "10.0.0.1"},
	{"10.0.0.1", client + ", for=10.0.0.2", "10.0.0.1"},

	// All are trusted: it was one of them.
	{"10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
	{"10.0.0.1", client + strings.Repeat(",10.0.0.2", 31), client},
	{"10.0.0.1", client + strings.Repeat(",10.0.0.2", 5000), "10.0.0.2"},
}

var byForwarded = []sent{
	{client, "for=203.0.113.9", client},
	{"10.0.0.1", "for=" + client, client},
	{"10.0.0.1", "FOR=" + client, client},
	{"10.0.0.1", `For="198.51.100.7:4711"`, client},
	{"10.0.0.1", `for="[2001:db8::5]:4711"`, "2001:db8::5"},
	{"10.0.0.1", `for="[2001:db8::5]:_port"`, "2001:db8::5"},
	{"10.0.0.1", `for="[2001:db8::5]"`, "2001:db8::5"},
	{"10.0.0.1", `by=10.0.0.1;for=198.51.100.7;proto=https;host="a,b;c"`, client},
	{"10.0.0.1", `host="\",for=1.1.1.1";for="198\.51.100.7"`, client},
	{"10.0.0.1", "for=203.0.113.9, for=" + client + ";by=10.0.0.2", client},
	{"10.0.0.1", "for=203.0.113.9;,;for=" + client + " ; ,for=10.0.0.2", client},
	{"10.0.0.1", "for=203.0.113.9|for=" + client + "|for=10.0.0.2", client},
	{"10.0.0.1", "for=" + client + ",,", client},

	// Whoever hides counts as the proxy that says so.
	{"10.0.0.1", "for=" + client + ", for=unknown", "10.0.0.1"},
	{"10.0.0.1", "for=" + client + ", for=_gazonk, for=10.0.0.2", "10.0.0.2"},
	{"10.0.0.1", "for=" + client + ", proto=http", "10.0.0.1"},
	{"10.0.0.1", "for=" + client + `, for=""`, "10.0.0.1"},

	// A line that is not of the form has nothing to believe.
	{"10.0.0.1", `for="203.0.113.9, for=` + client, "10.0.0.1"},
	{"10.0.0.1", `for=203.0.113.9;x=", for=` + client + `;host="b"`, "10.0.0.1"},
	{"10.0.0.1", `x="\|for=` + client, client},
	{"10.0.0.1", `for="203.0.113.9|for=10.0.0.2`, "10.0.0.2"},
	{"10.0.0.1", "for=2001:db8::5", "10.0.0.1"},
	{"10.0.0.1", "for=203.0.113.9;for=" + client, "10.0.0.1"},
	{"10.0.0.1", "for=203.0.113.9;FOR=" + client, "10.0.0.1"},
	{"10.0.0.1", "for = " + client, "10.0.0.1"},
	{"10.0.0.1", "for=" + client + " by=10.0.0.2", "10.0.0.1"},
	{"10.0.0.1", "for", "10.0.0.1"},
	{"10.0.0.1", "for=", "10.0.0.1"},
	{"10.0.0.1", client, "10.0.0.1"},
	{"10.0.0.1", "for=" + client + "\"", "10.0.0.1"},
	{"10.0.0.1", `for="198.51.100.7"1`, "10.0.0.1"},
}

func TestSender(t *testing.T) {
	for _, tt := range byXForwardedFor {
		tt.check(t, XForwardedFor)
	}
	for _, tt := range byForwarded {
		tt.check(t, Forwarded)
	}
}

func TestNetworks(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.0/8": "[10.0.0.0/8]", "192.0.2.1": "[192.0.2.1/32]", "::1": "[::1/128]",
		"::ffff:192.0.2.1": "[192.0.2.1/32]", "fe80::1%eth0": "[fe80::1/128]",
		"loopback": "[127.0.0.0/8 ::1/128]",
		"Private":  "[10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7]",

		"0.0.0.0/0": "", "::/0": "", "1.2.3.4/0": "", "10.0.0.1/8": "", "::ffff:10.0.0.0/104": "",
		"10.0.0.0/33": "", "10": "", "proxy.example": "", "": "", "10.0.0.1:80": "", "*": "",
	} {
		got := ""
		if all, err := Networks([]string{text}); err == nil {
			got = "[" + strings.Join(texts(all), " ") + "]"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func texts(all []netip.Prefix) (texts []string) {
	for _, n := range all {
		texts = append(texts, n.String())
	}
	return texts
}

// The last proxy, and what it adds to each header when it was asked by each of two clients.
var (
	proxy = netip.MustParseAddr("10.0.0.1")
	added = map[Header]map[string]string{
		XForwardedFor: {client: client, "2001:db8::7": "2001:db8::7"},
		Forwarded: {
			client:        "for=" + client,
			"2001:db8::7": `for="[2001:db8::7]:4711";host="a,for=10.0.0.9"`,
		},
	}
)

// FuzzSender lets a client send whatever it likes to a proxy, which adds whom it was asked by: at
// the end of the client's last line, or in a line of its own. The client is never taken for
// anybody but itself or, where its line is not of the form, the proxy.
func FuzzSender(f *testing.F) {
	for _, given := range []string{
		"", "203.0.113.9", "10.0.0.9", "10.0.0.9|203.0.113.9", "unknown,", "[::1]:80", "for=", `"`,
		"for=203.0.113.9", `for="[2001:db8::1]:1";proto=http`, `for="203.0.113.9`, `x="\`,
		"for=10.0.0.9;", `for="\"` + `,for=10.0.0.9|x="`, "for=10.0.0.9,for=_x;by=y",
	} {
		for n := range 4 {
			f.Add(n&1 > 0, given, n&2 > 0)
		}
	}
	f.Fuzz(func(t *testing.T, standard bool, given string, appends bool) {
		header := XForwardedFor
		if standard {
			header = Forwarded
		}
		p := proxies(t, header)
		for client, addition := range added[header] {
			want := netip.MustParseAddr(client)
			lines := with(linesOf(given), addition, appends)
			got := p.Sender(proxy, lines)
			if mayBeProxy := standard && appends; got != want && (!mayBeProxy || got != proxy) {
				t.Errorf("%s %q is sent from %s, want %s", header, lines, got, want)
			}
			if got := p.Sender(want, linesOf(given)); got != want {
				t.Errorf("%s %q of %s itself is sent from %s", header, given, want, got)
			}
		}
		if got := p.Sender(proxy, linesOf(given)); got != plain(got) {
			t.Errorf("%s %q is sent from %s, want one form of it", header, given, got)
		}
	})
}

// with adds to the last line, or adds a line.
func with(lines [][]byte, addition string, appends bool) [][]byte {
	last := len(lines) - 1
	if !appends || last < 0 {
		return append(lines, []byte(addition))
	}
	lines[last] = append(lines[last], ", "+addition...)
	return lines
}

func BenchmarkSender(b *testing.B) {
	for name, lines := range map[Header]string{
		XForwardedFor: "203.0.113.9, 198.51.100.7",
		Forwarded:     "for=203.0.113.9, for=198.51.100.7;proto=https",
	} {
		b.Run(string(name), func(b *testing.B) {
			p, peer, lines := proxies(b, name), netip.MustParseAddr("10.0.0.1"), linesOf(lines)
			b.ReportAllocs()
			for b.Loop() {
				p.Sender(peer, lines)
			}
		})
	}
}
