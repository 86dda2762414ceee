package backupfile

import (
	"errors"
	"fmt"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// A commit is a ports.Commit in a file. What is empty is left out.
type commit struct {
	OrderID     string  `json:"orderId"`
	Version     int     `json:"version"`
	At          string  `json:"at"` // Of whole milliseconds, in UTC.
	ID          string  `json:"commitId"`
	Key         string  `json:"key,omitempty"`
	Request     string  `json:"request,omitempty"`
	Actor       string  `json:"actor,omitempty"`
	Client      string  `json:"client,omitempty"`
	Issuer      string  `json:"issuer,omitempty"`
	RequestID   string  `json:"requestId,omitempty"`
	Traceparent string  `json:"traceparent,omitempty"`
	Events      []event `json:"events"`
}

// timeLayout is RFC 3339 with whole milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

var (
	errTime = errors.New("at is no time in UTC of whole milliseconds, such as " + timeLayout)
	errBare = errors.New("a commit has an order, a version, an ID and events")
)

// commitOf is the form of a commit. The error wraps ErrUnreadable.
func commitOf(c ports.Commit) (*commit, error) {
	f := &commit{
		OrderID: string(c.OrderID), Version: c.Version, At: c.At.UTC().Format(timeLayout), ID: c.ID,
		Key: c.Key, Request: c.Request, RequestID: c.RequestID, Traceparent: c.Traceparent,
		Actor: c.Actor.Subject, Client: c.Actor.Client, Issuer: c.Actor.Issuer,
	}
	for _, e := range c.Events {
		stored, err := eventOf(e)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ports.ErrUnreadable, err)
		}
		f.Events = append(f.Events, stored)
	}
	at, err := f.check()
	if err == nil && !at.Equal(c.At) {
		err = errTime
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ports.ErrUnreadable, err)
	}
	return f, nil
}

// check returns the commit's time.
func (f commit) check() (at time.Time, err error) {
	switch {
	case !order.ID(f.OrderID).Valid():
		return at, fmt.Errorf("%q is not the ID of an order", f.OrderID)
	case f.Version < 1 || f.ID == "" || len(f.Events) == 0:
		return at, errBare
	}
	at, err = time.Parse(timeLayout, f.At)
	if err != nil || at.Format(timeLayout) != f.At {
		return at, errTime
	}
	return at, nil
}

// means is the commit that the form is of.
func (f commit) means() (c ports.Commit, err error) {
	at, err := f.check()
	if err != nil {
		return c, err
	}
	c = ports.Commit{
		OrderID: order.ID(f.OrderID), Version: f.Version, At: at, ID: f.ID,
		Key: f.Key, Request: f.Request, RequestID: f.RequestID, Traceparent: f.Traceparent,
		Actor: ports.Actor{Subject: f.Actor, Client: f.Client, Issuer: f.Issuer},
	}
	for i, e := range f.Events {
		happened, err := e.means()
		if err != nil {
			return c, fmt.Errorf("events[%d]: %w", i, err)
		}
		c.Events = append(c.Events, happened)
	}
	return c, nil
}
