package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orders/service"
)

const secretURI = "mongodb://ann:s3cret@db/shop"

// parse parses settings in a folder and an environment of their own.
func parse(t *testing.T, env map[string]string, dotEnv string, args ...string) (cli, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if dotEnv != "" {
		if err := os.WriteFile(".env", []byte(dotEnv), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, variable := range os.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value) // To have it back after the test.
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(os.Clearenv) // What came from .env; the rest is put back after.
	for name, value := range env {
		t.Setenv(name, value)
	}
	var c cli
	parser, err := c.parser()
	if err == nil {
		_, err = parseLine(parser, args)
	}
	return c, err
}

var meaningless = []struct{ name, value, why string }{
	{"MONGODB_URI", "mongodb://ann:s3cret@db/sh\nop", "control character U+000A"},
	{"MONGODB_URI", "mongodb://ann:s3cret@db/sh\x01op", "control character U+0001"},
	{"MONGODB_URI", "mongodb://ann:s3cret@db/sh\u200bop", "control character U+200B"},
	{"MONGODB_READ_URI", "mongodb://ann:s3cret@db/sh\x7fop", "control character U+007F"},
	{"MONGODB_URI", "mongodb://ann:s3cret@db/sh\xffop", "not UTF-8"},
	{"DEFAULT_CURRENCY", "EU\tR", "control character U+0009"},
	{"PORT", "30\x1b00", "control character U+001B"},
	{"ROLES", "command\nquery", "control character U+000A"},
	{"LOG_LEVEL", "in\vfo", "control character U+000B"},
	{"REQUIRE_IDEMPOTENCY_KEY", "tr\rue", "control character U+000D"},
	{"PORT", "tcp://10.0.0.1:80", "not a whole number"},
	{"PORT", "0x1000", "not a whole number"},
	{"PORT", "4110.0", "not a whole number"},
	{"PORT", "99999999999999999999", "not a whole number"},
	{"REQUEST_TIMEOUT", "10", "has no unit; write 10s"},
	{"READY_MAX_LAG", " 030 ", "has no unit; write 30s"},
	{"DRAIN_DELAY", "soon", "not a duration"},
	{"REQUIRE_IDEMPOTENCY_KEY", "maybe", "neither true nor false"},
	{"ROLES", " , ,", "names nothing"},
	{"ROLES", "command,admin", "must be one of"},
	{"LOG_LEVEL", "loud", "must be one of"},
}

func TestSettingsThatMeanNothingAreRefusedByName(t *testing.T) {
	for _, tt := range meaningless {
		t.Run(tt.name+" "+tt.value, func(t *testing.T) {
			_, err := parse(t, map[string]string{tt.name: tt.value}, "")
			wantRefusal(t, err, tt.name, tt.why)
			_, err = parse(t, nil, "", flagOf(tt.name)+"="+tt.value)
			wantRefusal(t, err, flagOf(tt.name), tt.why)
			_, err = parse(t, nil, "", flagOf(tt.name), tt.value)
			if tt.name != "REQUIRE_IDEMPOTENCY_KEY" { // A switch takes no word that follows it.
				wantRefusal(t, err, flagOf(tt.name), tt.why)
			}
		})
	}
}

func wantRefusal(t *testing.T, err error, name, why string) {
	t.Helper()
	switch {
	case err == nil:
		t.Error("it is taken")
	case !strings.Contains(err.Error(), name) && !strings.Contains(err.Error(), flagOf(name)),
		!strings.Contains(err.Error(), why), strings.Contains(err.Error(), "s3cret"):
		t.Errorf("error %q, want one that names %s and says %q", err, name, why)
	}
}

func TestAnEmptyVariableIsNotSet(t *testing.T) {
	var none cli
	parser, err := none.parser()
	if err == nil {
		_, err = parser.Parse(nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, empty := range []string{"", " ", "\n", "\t \r\n", "\uFEFF"} {
		env := map[string]string{}
		for _, flag := range parser.Model.Flags {
			for _, name := range flag.Envs {
				env[name] = empty
			}
		}
		if len(env) < 13 {
			t.Fatalf("there are only %d variables", len(env))
		}
		c, err := parse(t, env, "")
		if err != nil || c.Port != 3000 || c.LogLevel != "info" || len(c.Roles) != 4 ||
			c.Timeout != 10*time.Second || c.MongoURI != "" || c.WriteStore != service.Auto {
			t.Errorf("%q makes %+v, %v", empty, c.Config, err)
		}
		if c, err = parse(t, env, "PORT=4110\n"); err != nil || c.Port != 4110 {
			t.Errorf("%q hides what .env says: port %d, %v", empty, c.Port, err)
		}
	}
}

func TestDotEnv(t *testing.T) {
	for text, port := range map[string]int{
		"PORT=4110":                              4110,
		"\uFEFFPORT=4110\n":                      4110,
		"\uFEFF# a comment\r\nPORT=4110\r\n":     4110,
		"export PORT='4110'\r\nLOG_LEVEL=INFO\r": 4110,
		"PORT=\nLOG_LEVEL=\n":                    3000,
		"# Gr\xfc\xdfe\nPORT=4110":               4110, // As Latin-1 has it.
	} {
		if c, err := parse(t, nil, text); err != nil || c.Port != port || c.LogLevel != "info" {
			t.Errorf("%q makes port %d, level %q, %v; want %d", text, c.Port, c.LogLevel, err, port)
		}
	}
	for text, why := range map[string]string{
		"\xff\xfeP\x00O\x00R\x00T\x00=\x001\x00": "UTF-16",
		"\xfe\xff\x00P\x00O\x00R\x00T\x00=\x001": "UTF-16",
		"P\x00O\x00R\x00T\x00=\x001\x00":         "UTF-16",
		"s3cret":                                 "NAME=value",
		"MONGODB_URI=\"s3cret":                   "NAME=value",
		"MONGODB_URI=\"a\rs3cret\"":              "U+000D",
		"PORT 4110":                              "NAME=value",
	} {
		_, err := parse(t, nil, text)
		wantRefusal(t, err, "", why)
	}
}

func TestADotEnvThatCannotBeReadIsSaid(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir(filepath.Join(".", ".env"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := new(cli).parser(); err == nil || err.Error() != "read .env: is a directory" {
		t.Errorf("error %v", err)
	}
}

func TestTheFlagsOfCommandsAreReadLikeTheOthers(t *testing.T) {
	c, err := parse(t, nil, "",
		"projection", "rebuild", "orders", "--workers= 010 ", "--rate", "08")
	if r := c.Projection.Rebuild; err != nil || r.Workers != 10 || r.Rate != 8 {
		t.Errorf("%+v, %v", r, err)
	}
	c, err = parse(t, nil, "", "--require-idempotency-key", "serve")
	if err != nil || !c.RequireKey || !slices.Contains(c.Roles, service.Query) {
		t.Errorf("%+v, %v", c.Config, err)
	}
}
