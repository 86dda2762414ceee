package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheFlagsOfTheServerAreThoseBehindTheProgram(t *testing.T) {
	isProgram := func(path string) bool { return path == "/orders" }
	for line, want := range map[string]string{
		"/orders":                               "[]",
		"/orders --port=4000 --admin-port 4001": "[--port=4000 --admin-port 4001]",
		"/orders serve --port=4000":             "[--port=4000]",
		"/orders --port=4000 serve":             "[--port=4000]",
		"/sbin/docker-init -- /orders --port=1": "[--port=1]", // As with docker run --init.
		"/orders projection rebuild orders":     "[projection rebuild orders]",
		"/sbin/init splash":                     "[]", // Outside of a container.
		"":                                      "[]",
	} {
		var args [][]byte
		for arg := range strings.FieldsSeq(line) {
			args = append(args, []byte(arg))
		}
		if got := fmt.Sprint(flagsAfter(args, isProgram)); got != want {
			t.Errorf("%q has the flags %s, want %s", line, got, want)
		}
	}
}
