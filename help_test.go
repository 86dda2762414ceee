package main

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"orders/service"
)

// helpOf returns what --help prints.
func helpOf(t *testing.T, args ...string) string {
	t.Helper()
	var c cli
	var text bytes.Buffer
	parser, err := c.parser(kong.Writers(&text, &text), kong.Exit(func(int) {}))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = parser.Parse(append(args, "--help")) // It goes on, as the exit is left out.
	return text.String()
}

func TestHelpBeginsWithTheFlagsOfTheCommand(t *testing.T) {
	for command, own := range map[string][]string{
		"projection status":  {"--json"},
		"projection verify":  {"--json", "--repair"},
		"projection retry":   {"--json"},
		"access":             {"--json"},
		"projection rebuild": {"--rate", "--workers", "--drop-unreadable"},
	} {
		text := helpOf(t, strings.Fields(command)...)
		rest := strings.Index(text, "HTTP:")
		for _, flag := range own {
			if at := strings.Index(text, flag); at < 0 || rest < 0 || at > rest {
				t.Errorf("%s: %s does not come first: %s", command, flag, text)
			}
		}
	}
}

// A setting without a group would stand among the flags of each command.
func TestEverySettingHasAGroup(t *testing.T) {
	settings := reflect.TypeFor[service.Config]()
	for i := range settings.NumField() {
		field := settings.Field(i)
		if field.Tag.Get("kong") != "-" && field.Tag.Get("group") == "" {
			t.Errorf("%s has no group", field.Name)
		}
	}
	all := strings.Split(helpOf(t), "\n")
	if i := slices.Index(all, "Flags:"); i >= 0 {
		t.Errorf("flags without a group: %s", all[i:])
	}
}
