package service

import (
	"context"
	"fmt"
	"log/slog"
)

// A loginless handler removes the logins of URIs from lines before it hands them on.
type loginless struct{ slog.Handler }

// Handle implements slog.Handler. A line that has none is handed on as it is.
func (h loginless) Handle(ctx context.Context, line slog.Record) error {
	message := withoutURILogins(line.Message)
	isSame := message == line.Message
	line.Attrs(func(a slog.Attr) bool {
		_, changed := withoutLoginsIn(a)
		isSame = isSame && !changed
		return isSame
	})
	if isSame {
		return h.Handler.Handle(ctx, line)
	}
	clean := slog.NewRecord(line.Time, line.Level, message, line.PC)
	line.Attrs(func(a slog.Attr) bool {
		a, _ = withoutLoginsIn(a)
		clean.AddAttrs(a)
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h loginless) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean, _ := allWithoutLogins(attrs)
	return loginless{h.Handler.WithAttrs(clean)}
}

// WithGroup implements slog.Handler.
func (h loginless) WithGroup(name string) slog.Handler {
	return loginless{h.Handler.WithGroup(name)}
}

func allWithoutLogins(attrs []slog.Attr) (clean []slog.Attr, changed bool) {
	for _, a := range attrs {
		a, is := withoutLoginsIn(a)
		clean, changed = append(clean, a), changed || is
	}
	return clean, changed
}

// withoutLoginsIn removes the logins from an attribute, and reports whether there were any.
func withoutLoginsIn(a slog.Attr) (clean slog.Attr, changed bool) {
	var text string
	switch v := a.Value.Resolve(); v.Kind() {
	case slog.KindString:
		text = v.String()
	case slog.KindGroup:
		group, changed := allWithoutLogins(v.Group())
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(group...)}, changed
	case slog.KindAny:
		text = fmt.Sprintf("%+v", v.Any())
	default:
		return a, false
	}
	if kept := withoutURILogins(text); kept != text {
		return slog.String(a.Key, kept), true
	}
	return a, false
}
