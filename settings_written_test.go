package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"orders/service"
)

// Of a configuration, what a setting made.
var (
	uri      = func(c service.Config) any { return c.MongoURI }
	readURI  = func(c service.Config) any { return c.ReadURI }
	port     = func(c service.Config) any { return c.Port }
	timeout  = func(c service.Config) any { return c.Timeout }
	key      = func(c service.Config) any { return c.RequireKey }
	roles    = func(c service.Config) any { return fmt.Sprint(c.Roles) }
	level    = func(c service.Config) any { return c.LogLevel }
	format   = func(c service.Config) any { return c.LogFormat }
	store    = func(c service.Config) any { return c.ReadStore }
	currency = func(c service.Config) any { return c.Currency }
	inFlight = func(c service.Config) any { return c.Bytes }
	auth     = func(c service.Config) any { return string(c.Auth) }
	skew     = func(c service.Config) any { return c.Skew }
	audience = func(c service.Config) any { return c.Audience }
)

var written = []struct {
	name, value string
	of          func(service.Config) any
	want        any
}{
	{"MONGODB_URI", secretURI + "\n", uri, secretURI},
	{"MONGODB_URI", "\uFEFF " + secretURI + "\r\n", uri, secretURI},
	{"MONGODB_READ_URI", "\t" + secretURI, readURI, secretURI},
	{"PORT", "04110", port, 4110},
	{"PORT", " 4110\n", port, 4110},
	{"PORT", "+4110", port, 4110},
	{"PORT", "08080", port, 8080},
	{"PORT", "0", port, 0},
	{"REQUEST_TIMEOUT", " 7s ", timeout, 7 * time.Second},
	{"REQUEST_TIMEOUT", "0", timeout, time.Duration(0)},
	{"REQUEST_TIMEOUT", "1m30s\r\n", timeout, 90 * time.Second},
	{"REQUIRE_IDEMPOTENCY_KEY", "TRUE", key, true},
	{"REQUIRE_IDEMPOTENCY_KEY", "yes\n", key, true},
	{"REQUIRE_IDEMPOTENCY_KEY", "on", key, true},
	{"REQUIRE_IDEMPOTENCY_KEY", "1", key, true},
	{"REQUIRE_IDEMPOTENCY_KEY", "Off", key, false},
	{"ROLES", "command, query", roles, "[command query]"},
	{"ROLES", "Command,QUERY,", roles, "[command query]"},
	{"ROLES", "query,query , query", roles, "[query]"},
	{"LOG_LEVEL", "INFO", level, "info"},
	{"LOG_LEVEL", "Warn\n", level, "warn"},
	{"LOG_FORMAT", "JSON ", format, "json"},
	{"READ_STORE", "Memory", store, service.Memory},
	{"DEFAULT_CURRENCY", "EUR\n", currency, "EUR"},
	{"AUTH", "JWT\n", auth, "jwt"},
	{"AUTH_AUDIENCE", " api://Orders\r\n", audience, "api://Orders"},
	{"AUTH_CLOCK_SKEW", "5s", skew, 5 * time.Second},
	{"BYTES_IN_FLIGHT", " 64MiB\n", inFlight, service.Bytes(64 << 20)},
	{"BYTES_IN_FLIGHT", "65536kib", inFlight, service.Bytes(64 << 20)},
}

func TestSettingsAreReadAsPeopleWriteThem(t *testing.T) {
	for _, tt := range written {
		t.Run(tt.name+" "+tt.value, func(t *testing.T) {
			byHand, err := parse(t, map[string]string{tt.name: tt.value}, "")
			if got := tt.of(byHand.Config); err != nil || got != tt.want {
				t.Errorf("as a variable it is %v, %v; want %v", got, err, tt.want)
			}
			line := tt.name + `="` + strings.TrimRight(tt.value, "\r\n") + "\"\r\n"
			byFile, err := parse(t, nil, line)
			if got := tt.of(byFile.Config); err != nil || got != tt.want {
				t.Errorf("in .env it is %v, %v; want %v", got, err, tt.want)
			}
			byFlag, err := parse(t, nil, "", flagOf(tt.name)+"="+tt.value)
			if got := tt.of(byFlag.Config); err != nil || got != tt.want {
				t.Errorf("as a flag it is %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func flagOf(variable string) string {
	switch variable {
	case "DEFAULT_CURRENCY":
		return "--currency"
	default:
		return "--" + strings.ToLower(strings.ReplaceAll(variable, "_", "-"))
	}
}
