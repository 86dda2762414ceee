package ratelimit

import (
	"testing"
	"time"
)

func TestPoliciesAreReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]struct{ spelled, commands, queries string }{
		"20/s":                     {"commands=20/s:20,queries=20/s:20", `20;w=1`, `20;w=1`},
		" 20 / S ":                 {"commands=20/s:20,queries=20/s:20", `20;w=1`, `20;w=1`},
		"600/m:50":                 {"commands=600/m:50,queries=600/m:50", `50;w=5`, `50;w=5`},
		"commands=5/s:2":           {"commands=5/s:2", `5;w=1`, ""},
		"queries=1/h, commands=7m": {},
		"queries=1/h, commands=7/m:1": {
			"commands=7/m:1,queries=1/h:1", `1;w=9`, `1;w=3600`,
		},
		"Commands=20/s:30,queries=1000000/h": {
			"commands=20/s:30,queries=1000000/h:1000000", `40;w=2`, `1000000;w=3600`,
		},
		"off": {"off", "", ""}, "OFF": {"off", "", ""},

		"": {}, "20": {}, "20:30": {}, "commands=20": {},
		"0": {}, "-1": {}, "0/s": {}, "1.5/s": {}, "20/d": {}, "20/s:0": {}, "1000001": {},
		"20/s:1000001": {}, "20/": {}, "20:": {}, "/s": {}, "commands": {}, "commands=": {},
		"commands=off": {}, "commands=20/s,commands=20/s": {}, "writes=20/s": {}, "20/s,30/s": {},
		"commands=20/s,": {}, "commands=20/s,30/s": {}, "20/s:5:5": {}, "20/s/s": {}, "１": {},
	} {
		var p Policies
		err := p.UnmarshalText([]byte(text))
		if (err == nil) != (want.spelled != "") || err == nil && p.String() != want.spelled {
			t.Errorf("%q is %s, %v; want %q", text, p, err, want.spelled)
			continue
		}
		for k, want := range map[Kind]string{Commands: want.commands, Queries: want.queries} {
			if want != "" && p[k].advertised(k) != `"`+k.String()+`";q=`+want {
				t.Errorf("%q advertises %s, want q=%s", text, p[k].advertised(k), want)
			}
		}
		var again Policies
		if err == nil && (again.UnmarshalText([]byte(p.String())) != nil || again != p) {
			t.Errorf("%q is written as %s, which is read as %s", text, p, again)
		}
	}
}

func TestNothingIsLimitedWithoutAPolicy(t *testing.T) {
	if New(Policies{}) != nil {
		t.Error("there are limits without a policy")
	}
	var none *Limits
	only := New(Policies{Commands: {Quota: 1, Window: time.Hour, Burst: 1}})
	for range 3 {
		now := time.Now()
		if v := none.Take(Queries, Counted{}, now); !v.Allowed || v.Policy != "" {
			t.Errorf("without limits: %+v", v)
		}
		if v := only.Take(Queries, only.Named("i", "s"), now); !v.Allowed || v.Policy != "" {
			t.Errorf("queries, with limits of commands: %+v", v)
		}
	}
}
