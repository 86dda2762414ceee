package command

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"orders/domain/order"
	"orders/ports"
)

// idsFor derives the new order's ID from the user and the key, so that order and key are one
// insert. Where the user is not the one who asks, the actor joins in: keys of two actors never
// meet. Then it also returns the ID that the order of an anonymous actor has.
//
// Without a key every request makes an order of its own, whose ID begins with the time in
// milliseconds: indexes are cheaper to keep where new entries are neighbours.
func idsFor(
	c order.Create, key string, a ports.Actor, now time.Time,
) (id, anonymous order.ID) {
	if key == "" {
		bits := make([]byte, 11)
		_, _ = rand.Read(bits) // Never fails.
		return order.MakeIDAt(now.UnixMilli(), bits), ""
	}
	id = derived(c.UserID, c.Name(), key)
	if a.IsAnonymous() || a.Subject == c.UserID {
		return id, ""
	}
	return derived(c.UserID, c.Name(), key, a.Issuer, a.Subject), id
}

// derived is an ID that only these parts have: their lengths keep them apart, and tell five parts
// from three.
func derived(parts ...string) order.ID {
	h := sha256.New()
	for _, part := range parts {
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
