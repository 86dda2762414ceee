package http_test

import (
	"fmt"
	"testing"
)

// conditions are tried on an order at version 1: whether they match strongly, and weakly.
var conditions = []struct {
	lines        []string
	strong, weak bool
}{
	{[]string{`"1"`}, true, true},
	{[]string{`*`}, true, true},
	{[]string{` * `}, true, true},
	{[]string{`"0", "1"`}, true, true},
	{[]string{`"0","1","2"`}, true, true},
	{[]string{` ,, "1" ,`}, true, true}, // Empty elements are none.
	{[]string{`"0"`, `"1"`}, true, true},
	{[]string{`W/"1"`}, false, true},
	{[]string{`W/"2", W/"1"`}, false, true},
	{[]string{`W/"1", "1"`}, true, true},
	{[]string{`"2"`}, false, false},
	{[]string{` `}, false, false},
	{[]string{`, ,`}, false, false},
	{[]string{`"01"`}, false, false},
	{[]string{`""`}, false, false},
	{[]string{`"a,b", "c*d"`}, false, false},
	{[]string{`"1", "\"`}, true, true}, // A backslash is one like others.
	{[]string{"\"\xe9\""}, false, false},
}

var malformedConditions = []string{
	`1`, `'1'`, `"1`, `1"`, `"1" "2"`, `"1";"2"`, `w/"1"`, `W/ "1"`, `W/1`, `*, "1"`, `"1", *`,
	`**`, `"a b"`, `"1"x`, `x"1"`,
}

func TestIfMatch(t *testing.T) {
	s := start(t)
	for _, tt := range conditions {
		id := s.order(t)
		a := s.ask(t, "POST", place+"/"+id+"/confirm", "", eachLine("If-Match", tt.lines)...)
		if tt.strong {
			a.is(t, 200)
			continue
		}
		a.is(t, 412)
		a.header(t, "ETag", `"1"`)
		a.has(t, `"title":"Precondition Failed","status":412,`, `"code":"version-mismatch"`,
			`"currentVersion":1`)
		if n := len(s.commits(t, id)); n != 1 {
			t.Errorf("%q changed the order", tt.lines)
		}
	}
	s.ask(t, "POST", place+"/"+nowhere+"/confirm", "", "If-Match", "*").is(t, 404)
}

func TestIfNoneMatch(t *testing.T) {
	s := start(t)
	path := show + "/" + s.order(t)
	for _, tt := range conditions {
		for _, method := range []string{"GET", "HEAD"} {
			a := s.ask(t, method, path, "", eachLine("If-None-Match", tt.lines)...)
			a.header(t, "ETag", `"1"`)
			if !tt.weak {
				a.is(t, 200)
				continue
			}
			a.is(t, 304)
			if a.text != "" {
				t.Errorf("%s %q has a body: %s", method, tt.lines, a.text)
			}
		}
	}
	s.ask(t, "GET", path+"?atVersion=1", "", "If-None-Match", `"1"`).is(t, 304)
	s.ask(t, "GET", show+"/"+nowhere, "", "If-None-Match", "*").is(t, 404)
}

func TestMalformedConditions(t *testing.T) {
	s := start(t)
	id := s.order(t)
	for _, value := range malformedConditions {
		for header, ask := range map[string][2]string{
			"If-Match":      {"POST", place + "/" + id + "/confirm"},
			"If-None-Match": {"GET", show + "/" + id},
		} {
			a := s.ask(t, ask[0], ask[1], "", header, value)
			a.is(t, 400)
			a.has(t, fmt.Sprintf(`"issues":[{"path":[%q],"message":"must be * or a list`, header))
		}
	}
}

// Nothing is there yet that could match.
func TestIfMatchOnCreate(t *testing.T) {
	s := start(t)
	for _, value := range []string{"*", `"1"`, `"0"`} {
		a := s.ask(t, "POST", place, mouse, "If-Match", value)
		a.is(t, 412)
		a.header(t, "ETag", "")
		a.has(t, `"code":"version-mismatch"`)
	}
	s.ask(t, "POST", place, mouse, "If-Match", "1").is(t, 400)
	s.ask(t, "GET", show, "").has(t, `{"count":0,`)
}

func eachLine(header string, values []string) (headers []string) {
	for _, value := range values {
		headers = append(headers, header, value)
	}
	return headers
}
