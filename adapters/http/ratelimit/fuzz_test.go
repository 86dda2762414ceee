package ratelimit

import "testing"

// FuzzPolicies wants what is accepted to bound something or to say off, within the limits, and to
// be read again as it is written.
func FuzzPolicies(f *testing.F) {
	for _, text := range []string{
		"20", "20/s", "600/m:50", "commands=1/h,queries=1000000/s:1", "off", "", "0", "commands=",
		"=",
		"commands=1,commands=1", ",", "20/s:", " 1 / S : 2 ",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var p, again Policies
		if p.UnmarshalText([]byte(text)) != nil {
			return
		}
		if err := again.UnmarshalText([]byte(p.String())); err != nil || again != p {
			t.Errorf("%q is written as %s, which is read as %s, %v", text, p, again, err)
		}
		if (p == Policies{}) != (p.String() == off) || (p == Policies{}) != (New(p) == nil) {
			t.Errorf("%q is %s", text, p)
		}
		for k, each := range p {
			if each == (Policy{}) {
				continue
			}
			if each.Quota < 1 || each.Burst < 1 || max(each.Quota, each.Burst) > countMax ||
				each.rate() <= 0 || each.advertised(Kind(k)) == "" {
				t.Errorf("%q bounds %s by %s", text, Kind(k), each)
			}
		}
	})
}
