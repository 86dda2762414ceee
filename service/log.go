package service

import (
	"bytes"
	"io"
	"log/slog"
	"os"

	"orders/adapters/tracing"
)

// Logger returns the logger that the configuration asks for.
func (c Config) Logger() *slog.Logger {
	w := c.Stderr
	if w == nil {
		w = os.Stderr
	}
	if lossy, ok := w.(interface{ ReportLostBy(func(lines int) []byte) }); ok {
		lossy.ReportLostBy(c.lost)
	}
	return c.logger(w)
}

func (c Config) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // The flag allows only known levels; empty is info.
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(loginless{tracing.Log(slog.NewJSONHandler(w, options)), withoutURILogins})
	}
	return slog.New(loginless{tracing.Log(slog.NewTextHandler(w, options)), withoutURILogins})
}

// lost formats the line about lost lines in the format of all lines.
func (c Config) lost(lines int) []byte {
	var line bytes.Buffer
	c.logger(&line).Error("Log lines were lost", "lines", lines)
	return line.Bytes()
}
