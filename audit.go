package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/alecthomas/kong"

	"orders/service"
)

// listedMax is how many acts are listed at once.
const listedMax = 10_000

// An audit lists what operators did.
type audit struct {
	Limit int    `default:"50" help:"Maximum number of commands to list."`
	Since string `placeholder:"TIME" help:"List those since a time, such as 24h, 2026-03-01 or 2026-03-01T12:00:00Z."`
	JSON  bool   `name:"json" help:"Print one line of JSON for each command."`
}

func (a audit) Run(ctx context.Context, c *service.Config) error {
	if a.Limit < 1 || a.Limit > listedMax {
		return fmt.Errorf("--limit must be from 1 to %d", listedMax)
	}
	since, err := sinceTime(a.Since, time.Now())
	if err != nil {
		return err
	}
	return service.Audit(ctx, *c, since, a.Limit, service.Output{Writer: stdout, JSON: a.JSON})
}

// sinceTime reads a time, a day in UTC, or how long ago that is. None is the beginning of time.
func sinceTime(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("--since must be a duration such as 24h, a day such as " +
		"2026-03-01, or a time such as 2026-03-01T12:00:00Z")
}

// An operator runs commands that are recorded: those of the struct that embeds it.
type operator struct {
	Actor string `env:"AUDIT_ACTOR" placeholder:"NAME" help:"Who runs this, for the audit; user@host by default."`
}

func (o operator) actor() string { return o.Actor }

// readsOnly is true of a command that changes nothing.
type readsOnly interface{ readsOnly() bool }

// runs carries out a command line. The command of an operator is recorded first.
func runs(ctx context.Context, line *kong.Context, c *service.Config) error {
	o, isRecorded := operationOf(line)
	if !isRecorded {
		return line.Run(c)
	}
	return service.Audited(ctx, *c, o, func(context.Context) error { return line.Run(c) })
}

// operationOf is what is recorded of a command line, if it is an operator's.
func operationOf(line *kong.Context) (o service.RecordedCommand, isRecorded bool) {
	for _, part := range line.Path {
		if part.Command == nil {
			continue
		}
		if by, is := part.Command.Target.Interface().(interface{ actor() string }); is {
			o.Actor, isRecorded = by.actor(), true
		}
		if o.Command != "" {
			o.Command += " "
		}
		o.Command += part.Command.Name
	}
	command := line.Selected()
	if isRecorded && command != nil {
		reads, is := command.Target.Interface().(readsOnly)
		o.ReadsOnly, o.Args = is && reads.readsOnly(), argsOf(command)
		o.Version = service.BuildOf(version)
	}
	return o, isRecorded
}

// argsOf returns the command's own arguments, but for those that are as by default. The settings of
// the service, which may hold secrets, are none of them.
func argsOf(command *kong.Node) (args []string) {
	for _, positional := range command.Positional {
		args = append(args, textsOf(positional.Target)...)
	}
	for _, flag := range command.Flags {
		for _, text := range textsOf(flag.Target) {
			if text != flag.Default && flag.Name != "actor" {
				args = append(args, "--"+flag.Name+"="+text)
			}
		}
	}
	return args
}

// textsOf are those of a list, or that of one value; none of what is not set.
func textsOf(v reflect.Value) (texts []string) {
	switch {
	case v.IsZero():
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			texts = append(texts, fmt.Sprint(v.Index(i)))
		}
	default:
		texts = []string{fmt.Sprint(v)}
	}
	return texts
}
