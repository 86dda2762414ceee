package service_test

import (
	"log/slog"
	"strings"
	"testing"

	"go.uber.org/fx"

	"orders/service"
)

func TestBytesAreSpelledWithTheirUnit(t *testing.T) {
	for text, want := range map[string]service.Bytes{
		"268435456": 256 << 20, "262144KiB": 256 << 20, "256MiB": 256 << 20, "1GiB": 1 << 30,
		"20971520B": 20 << 20, "16 MiB": 16 << 20, "0": 0,
	} {
		var b service.Bytes
		if err := b.UnmarshalText([]byte(text)); err != nil || b != want {
			t.Errorf("%s is %d bytes, want %d: %v", text, b, want, err)
		}
	}
	for _, text := range []string{
		"", "MiB", "-1", "+1MiB", "1.5GiB", "256MB", "256m", "1e9", "9000000000GiB",
		"99999999999999999999",
	} {
		var b service.Bytes
		if err := b.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%s is %d bytes", text, b)
		}
	}
}

func TestABudgetThatIsTooSmallIsRefusedByName(t *testing.T) {
	c := service.Config{Bytes: 64<<20 - 1}
	err := fx.New(fx.NopLogger, service.Module(c, "", slog.New(slog.DiscardHandler))).Err()
	if err == nil || !strings.Contains(err.Error(), "BYTES_IN_FLIGHT 67108863 is less than 64MiB") {
		t.Errorf("error %v", err)
	}
}
