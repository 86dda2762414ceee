package main

import (
	"strings"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// unrecorded are the commands that no operator runs to manage the service.
var unrecorded = map[string]bool{"serve": true, "healthcheck": true, "audit": true, "access": true}

// A new command is recorded, or is named above.
func TestEveryCommandIsRecorded(t *testing.T) {
	var c cli
	parser, err := c.parser()
	if err != nil {
		t.Fatal(err)
	}
	leaves := 0
	for _, leaf := range parser.Model.Leaves(false) {
		leaves++
		args := []string{}
		for node := leaf; node.Parent != nil; node = node.Parent {
			args = append([]string{node.Name}, args...)
		}
		for _, positional := range leaf.Positional {
			if positional.Required {
				args = append(args, "orders")
			}
		}
		line, err := parser.Parse(args)
		if err != nil {
			t.Fatal(args, err)
		}
		if _, is := operationOf(line); is == unrecorded[args[0]] {
			t.Errorf("%v is recorded: %t", args, is)
		}
	}
	if leaves < 11 {
		t.Errorf("there are only %d commands", leaves)
	}
}

func TestOnlyCommandsThatChangeNothingAreSaidToReadOnly(t *testing.T) {
	for line, want := range map[string]bool{
		"migrate up": false, "migrate down": false, "migrate version": true,
		"projection status": true, "projection verify": true,
		"projection verify --repair": false, "projection retry": false,
		"projection rebuild orders": false, "projection rollback orders": false,
	} {
		c, err := parsed(t, line)
		if err != nil {
			t.Fatal(err)
		}
		if o, _ := operationOf(c); o.ReadsOnly != want {
			t.Errorf("%s reads only: %t", line, o.ReadsOnly)
		}
	}
}

func TestSinceWhen(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"": {}, "24h": now.Add(-24 * time.Hour), "0s": now,
		"2026-03-01":                now.Add(-12 * time.Hour),
		"2026-03-01T12:00:00Z":      now,
		"2026-03-01T13:00:00+01:00": now,
	} {
		if got, err := sinceTime(text, now); err != nil || !got.Equal(want) {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"soon", "-1h", "24", "2026-13-01"} {
		if got, err := sinceTime(text, now); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

func parsed(t *testing.T, line string) (*kong.Context, error) {
	t.Helper()
	var c cli
	parser, err := c.parser()
	if err != nil {
		t.Fatal(err)
	}
	return parser.Parse(strings.Fields(line))
}
