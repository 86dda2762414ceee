package ratelimit

import (
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var start = time.Date(2026, 11, 29, 0, 0, 0, 0, time.UTC)

func limitsOf(t testing.TB, text string) *Limits {
	t.Helper()
	var p Policies
	if err := p.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return New(p)
}

func TestABurstAndThenTheRate(t *testing.T) {
	l := limitsOf(t, "30/m:3")
	ann := l.Named("https://id.example", "ann")
	for _, tt := range []struct {
		after   time.Duration
		allowed bool
		wait    int
		left    string
	}{
		{0, true, 2, `"commands";r=2;t=2`},
		{0, true, 2, `"commands";r=1;t=2`},
		{0, true, 2, `"commands";r=0;t=2`},
		{0, false, 2, `"commands";r=0;t=2`},
		{1500 * time.Millisecond, false, 1, `"commands";r=0;t=1`},
		{2 * time.Second, true, 2, `"commands";r=0;t=2`},
		{3 * time.Second, false, 1, `"commands";r=0;t=1`},
		{time.Hour, true, 2, `"commands";r=2;t=2`},
	} {
		v := l.Take(Commands, ann, start.Add(tt.after))
		want := Verdict{tt.allowed, tt.wait, `"commands";q=3;w=6`, tt.left}
		if v != want {
			t.Errorf("after %s: %+v, want %+v", tt.after, v, want)
		}
	}
	if v := l.Take(Queries, ann, start); !v.Allowed || v.Left != `"queries";r=2;t=2` {
		t.Errorf("queries are counted with commands: %+v", v)
	}
}

// The bucket lets a request in that is due within the nanosecond.
func TestNothingIsLeftOfADebt(t *testing.T) {
	l := limitsOf(t, "700000/s:1")
	l.Take(Commands, Counted{}, start)
	v := l.Take(Commands, Counted{}, start.Add(1428*time.Nanosecond))
	if !v.Allowed || v.Left != `"commands";r=0;t=1` {
		t.Errorf("%+v", v)
	}
}

// Whoever asks when: in no stretch of time is more allowed than a burst and what the rate brings,
// and whoever waits as long as told is allowed.
func TestNoStretchHasMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Policy{
			Quota: rapid.IntRange(1, 100).Draw(t, "quota"),
			Burst: rapid.IntRange(1, 9).Draw(t, "burst"),
			Window: rapid.SampledFrom([]time.Duration{
				time.Second, time.Minute, time.Hour}).Draw(t, "window"),
		}
		l := New(Policies{Commands: p})
		ann, now, times := l.Named("", "ann"), start, []time.Time{}
		for _, pause := range rapid.SliceOf(rapid.IntRange(0, 10_000)).Draw(t, "pauses") {
			now = now.Add(time.Duration(pause) * time.Millisecond)
			if v := l.Take(Commands, ann, now); v.Allowed {
				times = append(times, now)
			} else if later := now.Add(time.Duration(v.Wait) * time.Second); l.Spent(
				Commands, ann, later) {
				t.Fatalf("it is told to wait %d s, which is too short", v.Wait)
			}
		}
		for i, from := range times {
			for n, until := range times[i:] {
				brings := until.Sub(from).Seconds() * float64(p.Quota) / p.Window.Seconds()
				if float64(n+1) > float64(p.Burst)+brings+1e-6 {
					t.Fatalf("%d are allowed from %s to %s by %s", n+1, from, until, p)
				}
			}
		}
	})
}

func TestWhoCountsTogether(t *testing.T) {
	l := limitsOf(t, "1/h")
	at := func(text string) Counted { return l.At(netip.MustParseAddr(text)) }
	for _, tt := range []struct {
		name     string
		a, b     Counted
		together bool
	}{
		{"one name", l.Named("i", "ann"), l.Named("i", "ann"), true},
		{"two names", l.Named("i", "ann"), l.Named("i", "bob"), false},
		{"two issuers", l.Named("i", "ann"), l.Named("j", "ann"), false},
		{"a name that goes on", l.Named("i", "jann"), l.Named("ij", "ann"), false},
		{"a name like an address", l.Named("", "192.0.2.1"), at("192.0.2.1"), false},
		{"one address", at("192.0.2.1"), at("192.0.2.1"), true},
		{"two addresses", at("192.0.2.1"), at("192.0.2.2"), false},
		{"an address in IPv6", at("192.0.2.1"), at("::ffff:192.0.2.1"), true},
		{"one network of IPv6", at("2001:db8:1:2::1"), at("2001:db8:1:2:f:f:f:f"), true},
		{"two networks of IPv6", at("2001:db8:1:2::1"), at("2001:db8:1:3::1"), false},
		{"a zone", at("fe80::1%eth0"), at("fe80::1"), true},
		{"no address", l.At(netip.Addr{}), l.At(netip.Addr{}), true},
	} {
		if (tt.a == tt.b) != tt.together {
			t.Errorf("%s: %v and %v, want together %v", tt.name, tt.a, tt.b, tt.together)
		}
	}
}

func TestManyAtOnceGetNoMore(t *testing.T) {
	l := limitsOf(t, "1/h:100")
	var allowed atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 100 {
				if l.Take(Commands, l.Named("", "ann"), start).Allowed {
					allowed.Add(1)
				}
				l.Take(Commands, l.Named("", strconv.Itoa(n)), start)
			}
		})
	}
	all.Wait()
	if allowed.Load() != 100 {
		t.Errorf("%d are allowed, want 100", allowed.Load())
	}
}

// What a request costs: of one caller, of many that take turns, and when the table is full of
// others.
func BenchmarkTake(b *testing.B) {
	for name, callers := range map[string]int{"one": 1, "1000": 1000, "full": 10 * callersMax} {
		b.Run(name, func(b *testing.B) {
			l := limitsOf(b, "1/h:1000")
			all := make([]Counted, callers)
			for n := range all {
				all[n] = l.Named("", strconv.Itoa(n))
				l.Take(Commands, all[n], start)
			}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for n := 0; pb.Next(); n++ {
					l.Take(Commands, all[n%callers], time.Now())
				}
			})
		})
	}
}
