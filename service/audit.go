package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"orders/app/audit"
	"orders/ports"
)

// A RecordedCommand is an operator's command, as it is recorded.
type RecordedCommand struct {
	Actor     string // Who runs it; user@host if empty.
	Command   string
	Args      []string
	Version   string
	ReadsOnly bool // It also runs for a user who may not write, and so cannot be recorded.
}

// Bounds of what is recorded, in characters.
const (
	actorMax = 100
	textMax  = 1000 // Of an argument and of an error.
	argsMax  = 20
)

// Audited runs an operator's command once it is recorded who runs it.
func Audited(
	ctx context.Context, c Config, o RecordedCommand, do func(context.Context) error,
) (err error) {
	if utf8.RuneCountInString(o.Actor) > actorMax {
		return fmt.Errorf("--actor is longer than %d characters", actorMax)
	}
	if c, err = c.resolved(); err != nil {
		return err
	}
	switch {
	case c.keepsAudit():
	case c.WriteStore.store().lasts || c.ReadStore.store().lasts:
		return fmt.Errorf("%w: neither the store %s nor %s keeps an audit",
			audit.ErrUnrecorded, c.WriteStore, c.ReadStore)
	default:
		return do(ctx) // It refuses, as nothing is kept that an operator could work on.
	}
	to, err := c.auditStore().audit(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close(context.WithoutCancel(ctx))) }()
	r := audit.Recorder{To: to, Now: time.Now, Spell: func(err error) string {
		return plainText(WithoutLogins(err.Error()), textMax)
	}}
	err = r.Do(ctx, o.act(), do)
	mayGoOn := o.ReadsOnly && errors.Is(err, ports.ErrDenied)
	if mayGoOn && errors.Is(err, audit.ErrUnrecorded) {
		c.Logger().Warn("The command is not recorded: its user may not write to the audit")
		return do(ctx)
	}
	return withRole(o.role(), err)
}

// role is the one of docs/operations.md that may run the command.
func (o RecordedCommand) role() string {
	switch first, _, _ := strings.Cut(o.Command, " "); first {
	case "migrate", "import":
		return first
	}
	return "operator"
}

// act is what is recorded of an operation.
func (o RecordedCommand) act() ports.Act {
	a := ports.Act{Command: o.Command, Version: o.Version}
	a.Actor = cmp.Or(plainText(withoutURILogins(o.Actor), actorMax), userAtHost())
	for _, arg := range o.Args[:min(argsMax, len(o.Args))] {
		a.Args = append(a.Args, plainText(WithoutLogins(arg), textMax))
	}
	return a
}

// userAtHost names who runs this process, and where.
func userAtHost() string {
	name := "uid " + strconv.Itoa(os.Getuid())
	if u, err := user.Current(); err == nil && u.Username != "" {
		name = u.Username
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return plainText(name+"@"+host, actorMax)
}

// plainText is a text of one line without invisible characters, and of a bounded length.
func plainText(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.TrimSpace(text))
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most-1]) + "…"
	}
	return text
}

// keepsAudit reports whether the store of a side keeps an audit.
func (c Config) keepsAudit() bool { return c.auditStore().audit != nil }

// auditStore is that of the commits, which are backed up; that of the views, if only this keeps an
// audit.
func (c Config) auditStore() store {
	if s := c.WriteStore.store(); s.audit != nil {
		return s
	}
	return c.ReadStore.store()
}

// An openedAudit is to be closed after use.
type openedAudit struct {
	ports.Audit
	Close func(context.Context) error
}
