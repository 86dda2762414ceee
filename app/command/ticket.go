package command

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
	"orders/ports"
)

// A ticket is a Request with what follows from it alone.
type ticket struct {
	Request
	id      order.ID
	creates bool
	request string // The hash of the command; empty without a Key, which alone asks for it.
}

func ticketFor(r Request, now time.Time) (ticket, error) {
	t := ticket{Request: r, id: r.OrderID}
	if r.Key != "" {
		var err error
		if t.request, err = hash(r.Command); err != nil {
			return ticket{}, err
		}
	}
	if c, ok := r.Command.(order.Create); ok {
		t.id, t.creates = idFor(c, r.Key, now), true
	}
	return t, nil
}

// replay gives the answer again that c's request was given, which came with t's key and left the
// order as it was then. Within an order a key is bound to one command.
func (t ticket) replay(c ports.Commit, then ports.Stream) (Result, error) {
	request, err := t.requestAs(c)
	if err != nil {
		return Result{}, err
	}
	if c.Request != request {
		return Result{}, ErrKeyReused
	}
	return Result{OrderView: ports.ViewOf(then), Events: c.Events, Replayed: true}, nil
}

// requestAs is the hash that the command would have had as the one that c recorded. A create that
// names no currency would have had that of the order, as a service may be given another one since,
// or share its orders with a service that has another.
func (t ticket) requestAs(c ports.Commit) (string, error) {
	create, creates := t.Command.(order.Create)
	if !creates || !t.AnyCurrency {
		return t.request, nil
	}
	create.Currency = order.Replay(c.Events).Total().Currency
	return hash(create)
}

// mayHaveCome reports whether the refusal of a create needs a look at its order first: the key
// comes before everything else, and what was made under it before may be the answer.
func (t ticket) mayHaveCome(err error) bool {
	var refusal *order.Error
	return t.Key != "" && errors.As(err, &refusal)
}

// admit refuses a command on an order that is not there, or not at a version that was asked for.
func (t ticket) admit(past ports.Stream) error {
	switch {
	case t.creates:
		return nil
	case past.Version() == 0:
		return fmt.Errorf("order %s: %w", t.id, ports.ErrNotFound)
	case t.IfMatch != nil && !t.IfMatch(past.Version()):
		return &VersionError{past.Version()}
	}
	return nil
}

// idFor derives the new order's ID from who asks and the key, so that order and key are one
// insert. Without a key every request makes an order of its own, whose ID begins with the time in
// milliseconds: indexes are cheaper to keep where new entries are neighbours.
func idFor(c order.Create, key string, now time.Time) order.ID {
	if key == "" {
		bits := make([]byte, 11)
		_, _ = rand.Read(bits) // Never fails.
		return order.MakeIDAt(now.UnixMilli(), bits)
	}
	h := sha256.New()
	for _, part := range []string{c.UserID, c.Name(), key} {
		length := binary.BigEndian.AppendUint64(nil, uint64(len(part)))
		h.Write(length)
		h.Write([]byte(part))
	}
	return order.MakeID(h.Sum(nil))
}

// hash covers the command's name and values, not who asked when. Zero values are left out, so
// that a field that is added later does not change the hash of what was asked before.
func hash(c order.Command) (string, error) {
	text, err := json.Marshal(c, json.OmitZeroStructFields(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return "", fmt.Errorf("hash a command: %w", err)
	}
	sum := sha256.Sum256(append([]byte(c.Name()+" "), text...))
	return base64.RawStdEncoding.EncodeToString(sum[:]), nil
}
