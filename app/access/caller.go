// Package access decides who may do what: by a table of what each operation needs, and by whose
// order it is. Nobody else decides.
package access

import (
	"context"
	"fmt"
	"slices"
	"time"

	"orders/ports"
)

// A Class is of callers who may do the same with an order that they see. An answer that shows what
// its caller may do is the same for all callers of a class.
type Class string

// The classes.
const (
	NoOrders Class = ""  // Of those who see no orders.
	Reader   Class = "r" // May only see own orders.
	Writer   Class = "w" // May also change them.
	Manager  Class = "m" // May do everything with every order.
	Open     Class = "*" // Everybody's, where nobody needs a token.
)

// A Caller is who asks for an operation. The zero Caller brought no token, and may do only what
// needs nothing.
type Caller struct {
	ports.Actor
	Until time.Time       // When the caller's token is no longer accepted; zero for never.
	Valid context.Context // Ends when it is no longer accepted before that; may be nil.

	class   Class
	isAdmin bool
	known   bool // By an accepted token, or because nobody needs one.
}

// Everyone is the caller of a service that asks nobody for a token. It may do everything.
func Everyone() Caller {
	return Caller{Actor: ports.Anonymous, class: Open, isAdmin: true, known: true}
}

// Named is the caller whom an accepted token names.
func Named(i ports.Identity) Caller {
	c := Caller{Actor: i.Actor, Until: i.Expires, Valid: i.Valid, known: true}
	c.isAdmin = slices.Contains(i.Scopes, string(Admin))
	for _, l := range ladder {
		if l.scope != "" && slices.Contains(i.Scopes, string(l.scope)) { // Open has no scope.
			c.class = l.class
		}
	}
	return c
}

// ladder has the classes, each above those that may less, with the scope that makes a caller one of
// them.
var ladder = []struct {
	scope Scope
	class Class
}{{Read, Reader}, {Write, Writer}, {Manage, Manager}, {class: Open}}

// has reports whether callers of this class have the scope: they stand where it leads, or above.
func (c Class) has(s Scope) bool {
	needed, own := -1, -1
	for i, l := range ladder {
		if l.scope == s {
			needed = i
		}
		if l.class == c {
			own = i
		}
	}
	return needed >= 0 && own >= needed
}

// Class tells what the caller may do with an order that it sees.
func (c Caller) Class() Class { return c.class }

// HasExpired reports whether the caller's token is no longer accepted.
func (c Caller) HasExpired(now time.Time) bool { return !c.Until.IsZero() && !now.Before(c.Until) }

// Sees reports whether the caller may see an order of this user.
func (c Caller) Sees(userID string) bool {
	return c.class.has(Manage) || c.class.has(Read) && userID != "" && userID == c.Subject
}

// Confined reports whether the caller sees own orders alone, and then whose these are.
func (c Caller) Confined() (userID string, is bool) {
	return c.Subject, !c.class.has(Manage)
}

// ErrNoToken means that an operation needs a token, and the caller brought none.
var ErrNoToken = &ports.TokenError{Reason: "a bearer token is required"}

// A ScopeError means that the caller's token lacks a scope.
type ScopeError struct {
	Scope     Scope
	ForOthers bool // The scope is needed because the caller names another user.
}

func (e *ScopeError) Error() string {
	if e.ForOthers {
		return fmt.Sprintf("userId is another user's, which takes the scope %s", e.Scope)
	}
	return fmt.Sprintf("the token lacks the scope %s", e.Scope)
}

// May returns nil if the caller may ask for the operation; whether it sees the order is another
// question. Else it returns ErrNoToken or a *ScopeError. It panics if the table has no rule.
func (c Caller) May(operation string) error { return c.meets(Needs(operation)) }

func (c Caller) meets(s Scope) error {
	switch {
	case s == Nothing:
		return nil
	case !c.known:
		return ErrNoToken
	case s == AnyToken, s == Admin && c.isAdmin, s != Admin && c.class.has(s):
		return nil
	}
	return &ScopeError{Scope: s}
}

// MayActForOthers returns nil if the caller may act for any user, else why not.
func (c Caller) MayActForOthers() error {
	err := c.meets(Manage)
	if lacks, is := err.(*ScopeError); is { //nolint:errorlint // meets wraps nothing.
		lacks.ForOthers = true
	}
	return err
}

// Allowed returns those of the operations that a caller of this class may ask for.
func (c Class) Allowed(operations []string) []string {
	if c == Open || operations == nil {
		return operations
	}
	allowed := make([]string, 0, len(operations))
	for _, o := range operations {
		if c.Allows(o) {
			allowed = append(allowed, o)
		}
	}
	return allowed
}

// Allows reports whether a caller of this class may ask for an operation on an order that it sees.
func (c Class) Allows(operation string) bool { return c.has(Needs(operation)) }

// rules has the rule of each operation by its name.
var rules = func() map[string]Rule {
	all := map[string]Rule{}
	for _, r := range Table {
		all[r.Operation] = r
	}
	return all
}()

// HasRule reports whether the table has a rule for the operation.
func HasRule(operation string) bool {
	_, has := rules[operation]
	return has
}

// Needs returns what the operation needs. It panics if the table has no rule for it: what nobody
// has decided on must not start.
func Needs(operation string) Scope {
	r, has := rules[operation]
	if !has {
		panic(fmt.Sprintf("app/access/table.go has no rule for the operation %q", operation))
	}
	return r.Needs
}
