package service

import (
	"context"
	"fmt"
	"log/slog"
)

// A loginless handler removes logins from lines before it hands them on.
type loginless struct {
	slog.Handler
	without func(text string) string // WithoutLogins where clients have no say in the text.
}

// Handle implements slog.Handler. A line that has none is handed on as it is.
func (h loginless) Handle(ctx context.Context, line slog.Record) error {
	message := h.without(line.Message)
	isSame := message == line.Message
	line.Attrs(func(a slog.Attr) bool {
		_, changed := h.withoutLoginsIn(a)
		isSame = isSame && !changed
		return isSame
	})
	if isSame {
		return h.Handler.Handle(ctx, line)
	}
	clean := slog.NewRecord(line.Time, line.Level, message, line.PC)
	line.Attrs(func(a slog.Attr) bool {
		a, _ = h.withoutLoginsIn(a)
		clean.AddAttrs(a)
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h loginless) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean, _ := h.allWithoutLogins(attrs)
	return loginless{h.Handler.WithAttrs(clean), h.without}
}

// WithGroup implements slog.Handler.
func (h loginless) WithGroup(name string) slog.Handler {
	return loginless{h.Handler.WithGroup(name), h.without}
}

func (h loginless) allWithoutLogins(
	attrs []slog.Attr,
) (clean []slog.Attr, changed bool) {
	for _, a := range attrs {
		a, is := h.withoutLoginsIn(a)
		clean, changed = append(clean, a), changed || is
	}
	return clean, changed
}

// withoutLoginsIn removes the logins from an attribute, and reports whether there were any.
func (h loginless) withoutLoginsIn(a slog.Attr) (clean slog.Attr, changed bool) {
	var text string
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		text = v.String()
	case slog.KindGroup:
		group, changed := h.allWithoutLogins(v.Group())
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(group...)}, changed
	case slog.KindAny:
		text = fmt.Sprintf("%+v", v.Any())
	default:
		return a, false
	}
	if kept := h.without(text); kept != text {
		return slog.String(a.Key, kept), true
	}
	return a, false
}
