package wire

import (
	"context"
	"errors"
	"log/slog"

	"github.com/danielgtaylor/huma/v2"

	"orders/app/access"
	"orders/ports"
)

// lacking returns the scope for lack of which a request was refused, or the empty text if it was
// not: without a token a caller lacks all scopes.
func lacking(err error, operation *huma.Operation) access.Scope {
	var scope *access.ScopeError
	var token *ports.TokenError
	switch {
	case errors.As(err, &scope):
		return scope.Scope
	case errors.As(err, &token) && operation != nil:
		return access.Needs(operation.OperationID)
	}
	return access.Nothing
}

// audit writes a line of its own if somebody was refused what not everybody may do. A client that
// keeps on asking has two lines for each request, so that it can fill a log no faster than any
// other client.
func (l *Line) audit(log *slog.Logger, r Request) {
	if l.lacks != access.Manage && l.lacks != access.Admin {
		return
	}
	attrs := append(l.who(), slog.String("issuer", l.actor.Issuer),
		slog.String("scope", string(l.lacks)), slog.String("requestId", l.RequestID))
	if l.operation != nil {
		attrs = append(attrs, slog.String(kind(l.operation), l.operation.OperationID))
	}
	if l.OrderID != "" {
		attrs = append(attrs, slog.String("orderId", string(l.OrderID)))
	}
	attrs = append(attrs, l.trace(r)...)
	log.LogAttrs(context.Background(), slog.LevelWarn, "Privileged request was refused", attrs...)
}

// who are the keys of who sent the request.
func (l *Line) who() []slog.Attr {
	if l.actor.IsAnonymous() {
		return nil
	}
	attrs := []slog.Attr{slog.String("actor", l.actor.Subject)}
	if l.actor.Client != "" {
		attrs = append(attrs, slog.String("client", l.actor.Client))
	}
	return attrs
}
