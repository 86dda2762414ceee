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

// A prepared request is a Request with what follows from it alone.
type prepared struct {
	Request
	id      order.ID
	creates bool
	request string // The hash of the command; empty without a Key, as only a Key needs it.
}

func prepare(r Request, now time.Time) (prepared, error) {
	p := prepared{Request: r, id: r.OrderID}
	if r.Key != "" {
		var err error
		if p.request, err = hash(r.Command); err != nil {
			return prepared{}, err
		}
	}
	if c, ok := r.Command.(order.Create); ok {
		p.id, p.creates = idFor(c, r.Key, now), true
	}
	return p, nil
}

// replay repeats the answer to an earlier request with p's key. That request recorded c, and left
// the order as then shows. A key stands for one command: replay refuses it with another one.
func (p prepared) replay(c ports.Commit, then ports.Stream) (Result, error) {
	request, err := p.requestAs(c)
	if err != nil {
		return Result{}, err
	}
	if c.Request != request {
		return Result{}, ErrKeyReused
	}
	return Result{OrderView: ports.ViewOf(then), Events: c.Events, Replayed: true}, nil
}

// requestAs is the hash of the command as if it were the one that recorded c. It matters for a
// create that names no currency: the service's own currency may have changed since, or another
// service with another currency may have taken the first request. So the order's currency counts.
func (p prepared) requestAs(c ports.Commit) (string, error) {
	create, creates := p.Command.(order.Create)
	if !creates || !p.AnyCurrency {
		return p.request, nil
	}
	create.Currency = order.Replay(c.Events).Total().Currency
	return hash(create)
}

// mayHaveCome reports whether the handler must look for an earlier request with the key of a create
// before it refuses: a key is checked before everything else, and the answer may be that order.
func (p prepared) mayHaveCome(err error) bool {
	var refusal *order.Error
	return p.Key != "" && errors.As(err, &refusal)
}

// admit refuses a command on an order that does not exist, or is at a version that IfMatch refuses.
func (p prepared) admit(past ports.Stream) error {
	switch {
	case p.creates:
		return nil
	case past.Version() == 0:
		return fmt.Errorf("order %s: %w", p.id, ports.ErrNotFound)
	case p.IfMatch != nil && !p.IfMatch(past.Version()):
		return &VersionError{past.Version()}
	}
	return nil
}

// idFor derives the new order's ID from the user and the key, so that order and key are one insert.
// Without a key every request makes an order of its own, whose ID begins with the time in
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

// hash covers the command's name and values, but neither the actor nor the time. It leaves out zero
// values, so that adding a field does not change the hashes of earlier commands.
func hash(c order.Command) (string, error) {
	text, err := json.Marshal(c, json.OmitZeroStructFields(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		return "", fmt.Errorf("hash a command: %w", err)
	}
	sum := sha256.Sum256(append([]byte(c.Name()+" "), text...))
	return base64.RawStdEncoding.EncodeToString(sum[:]), nil
}
