package main

import "testing"

func TestStrictness(t *testing.T) {
	for _, tt := range []struct {
		variables map[string]string
		args      []string
		want      bool
	}{
		{nil, nil, false},
		{nil, []string{"--strict"}, true},
		{map[string]string{"STRICT": "yes\n"}, nil, true},
		{map[string]string{"STRICT": "true"}, []string{"--strict=false"}, false},
	} {
		c, err := parse(t, tt.variables, "", tt.args...)
		if err != nil || c.Strict != tt.want {
			t.Errorf("%v %v: strict is %v, %v", tt.variables, tt.args, c.Strict, err)
		}
	}
}
