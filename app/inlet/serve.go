package inlet

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"orders/app/command"
	"orders/domain/order"
	"orders/ports/clock"
)

// Attempts at something that an outage prevents are as far apart as this, at first and at last.
const (
	attemptFirst = 100 * time.Millisecond
	attemptLast  = 5 * time.Second
	// lateAfter is how long an attempt takes before the log says so: brokers confirm when they can.
	lateAfter = 30 * time.Second
)

var errLate = fmt.Errorf("something takes longer than %s, such as a broker to confirm", lateAfter)

// Serve carries out the command of a message and answers it. It returns nil when the message may be
// acknowledged: what it asked for is recorded or refused, and the broker has the answer, or the
// dead letter. It outlasts every outage, also of the broker. The error is that of ctx.
//
// An answer to a dead letter goes only to where the message wants it.
func (i *Inlet) Serve(ctx context.Context, d Delivery) error {
	begun := time.Now()
	m := d.Message()
	var a Answer
	err := i.persist(ctx, func() (err error) {
		a, err = i.answer(ctx, m)
		return err
	})
	if err == nil && a.Dead {
		why := Reason{a.Refusal.Code, a.Refusal.Detail}
		err = i.persist(ctx, func() error { return d.Bury(ctx, why) })
	}
	if err == nil && (!a.Dead || m.Replies && command.IsKey(m.ID)) {
		body := i.format.Write(a)
		err = i.persist(ctx, func() error { return d.Answer(ctx, body) })
	}
	if err == nil {
		i.record(ctx, m, a, time.Since(begun))
	}
	return err
}

// persist calls attempt until it succeeds or ctx ends.
func (i *Inlet) persist(ctx context.Context, attempt func() error) error {
	for wait := attemptFirst; ; wait = min(2*wait, attemptLast) {
		late := time.AfterFunc(lateAfter, func() { i.outage.lasts(errLate) })
		err := attempt()
		late.Stop()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			i.outage.ended()
			return nil
		}
		i.outage.lasts(err)
		if err := clock.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// record tells what became of a message.
func (i *Inlet) record(ctx context.Context, m Message, a Answer, took time.Duration) {
	if i.config.Answered != nil {
		i.config.Answered(a)
	}
	level := slog.LevelInfo
	attrs := []slog.Attr{
		slog.String("messageId", cut(m.ID)), slog.String("command", cut(m.Command)),
		slog.String("outcome", a.Outcome()),
	}
	if a.OrderID != "" {
		attrs = append(attrs, slog.String("orderId", cut(string(a.OrderID))))
	}
	if m.RequestID != "" {
		attrs = append(attrs, slog.String("requestId", cut(m.RequestID)))
	}
	if a.Refusal.Code != "" {
		attrs = append(attrs, slog.String("code", a.Refusal.Code))
	}
	switch a.Refusal.Code {
	case command.Unauthenticated.Code, command.ScopeMissing.Code:
		level = slog.LevelWarn
	}
	if a.Dead {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("reason", a.Refusal.Detail))
	}
	attrs = append(attrs, slog.Float64("durationMs", float64(took.Microseconds())/1000))
	i.log.LogAttrs(ctx, level, "Command by message", attrs...)
}

// Outcome names what became of the command.
func (a Answer) Outcome() string {
	switch {
	case a.Dead:
		return "dead"
	case a.Refusal.Code != "":
		return "refused"
	case a.Replayed:
		return "replayed"
	}
	return "done"
}

// cut shortens a text that a sender has made up, for the log.
func cut(s string) string { return s[:min(len(s), 2*order.TextMax)] }
