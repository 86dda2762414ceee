package service

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"os"
)

// Logger writes as the configuration says.
func (c Config) Logger() *slog.Logger {
	w := c.Stderr
	if w == nil {
		w = os.Stderr
	}
	if lossy, ok := w.(interface{ SayLost(func(lines int) []byte) }); ok {
		lossy.SayLost(c.lost)
	}
	return c.logger(w)
}

func (c Config) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // One of those that the flag allows, or info.
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// lost spells a line that says how many are missing, as all lines are spelled.
func (c Config) lost(lines int) []byte {
	var line bytes.Buffer
	c.logger(&line).Error(fmt.Sprintf("%d log lines were lost", lines))
	return line.Bytes()
}
