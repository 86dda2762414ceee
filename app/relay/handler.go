package relay

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"orders/app/subscribe"
	"orders/domain/order"
	"orders/ports"
)

const (
	// retryEvery is how often parked orders are tried again.
	retryEvery = time.Minute
	// checkEvery is how often the relay looks whether the topic is still there, also while there is
	// nothing to tell, and checkMax how long that may take.
	checkEvery, checkMax = 5 * time.Second, 2 * time.Second
)

var _ subscribe.Handler = (*handler)(nil)

// A handler is a process's part in a relay.
type handler struct {
	*Relay
	topic     ports.TopicID
	window    *window
	parked    map[order.ID]string // Why each order is parked.
	retried   time.Time           // When it last tried them again.
	checked   time.Time           // When it last looked whether the topic is there.
	isFailing atomic.Bool         // Publishing failed since all was told.
	// recordFailure keeps why the broker cannot be told, for all processes to see.
	recordFailure func(context.Context, error)
}

func (h *handler) topicID() ports.TopicID { return h.topic }

// Begin implements subscribe.Handler. It finds or makes the topic.
func (h *handler) Begin(ctx context.Context) error {
	h.abandon()
	at, err := h.shared.Checkpoint.Load(ctx)
	if err != nil {
		return fmt.Errorf("load the position: %w", err)
	}
	known, _ := SplitPosition(at)
	if h.topic, err = h.publisher.Topic(ctx, known); err != nil {
		return fmt.Errorf("find the topic: %w", err)
	}
	if known != "" && known != h.topic {
		h.log.Warn("The topic is another one than before: it is told everything from the beginning",
			"topic", string(h.topic))
	}
	h.checked = time.Now()
	h.parked = map[order.ID]string{}
	for p, err := range subscribe.EveryParked(ctx, h.shared.Parked) {
		if err != nil {
			return err
		}
		h.parked[p.ID] = p.Reason
	}
	h.window = newWindow(ctx, h.publisher, func(err error) { h.noteFailure(ctx, err) })
	return nil
}

// abandon ends what is under way.
func (h *handler) abandon() {
	if h.window != nil {
		h.window.end()
		h.window = nil
	}
}

// noteFailure records why the broker cannot be told, and logs it once for as long as it cannot.
func (h *handler) noteFailure(ctx context.Context, err error) {
	h.recordFailure(ctx, err)
	if !h.isFailing.Swap(true) {
		h.log.Warn("The broker cannot be told now, and is tried again", "error", err)
	}
}

// Handle implements subscribe.Handler. It returns before all commits of the batch are told.
func (h *handler) Handle(ctx context.Context, b ports.Batch) error {
	err := h.checkTopic(ctx)
	if err == nil {
		err = h.retry(ctx)
	}
	if err != nil {
		return err
	}
	for _, c := range b.Commits {
		why, isParked := h.parked[c.OrderID]
		switch {
		case isParked:
			h.window.park(c, why)
		case c.Unreadable != nil:
			h.window.park(c, c.Unreadable.Error())
		default:
			if err := h.window.add(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkTopic returns ErrGone if the topic is another one by now. Whether the broker answers at all
// shows when it is told something.
func (h *handler) checkTopic(ctx context.Context) error {
	if time.Since(h.checked) < checkEvery {
		return nil
	}
	h.checked = time.Now()
	ctx, cancel := context.WithTimeout(ctx, checkMax)
	defer cancel()
	if id, err := h.publisher.Topic(ctx, h.topic); err == nil && id != h.topic {
		return fmt.Errorf("the topic %s: %w", h.topic, ports.ErrGone)
	}
	return nil
}

// MakeDurable implements subscribe.Handler: it waits until each commit is told, and parks those
// that cannot be told.
func (h *handler) MakeDurable(ctx context.Context) error {
	refused, err := h.window.wait(ctx)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if h.isFailing.Swap(false) {
		h.log.Info("The broker is told again")
	}
	if err := h.park(ctx, refused); err != nil {
		return err // They are still to be parked when the position is saved at last.
	}
	h.window.forget()
	return nil
}

// park records orders that the topic cannot be told of.
func (h *handler) park(ctx context.Context, orders []ports.ParkedOrder) error {
	if len(orders) == 0 {
		return nil
	}
	if err := h.shared.Parked.Park(ctx, orders); err != nil {
		return fmt.Errorf("park %d orders: %w", len(orders), err)
	}
	for _, p := range orders {
		if _, isKnown := h.parked[p.ID]; !isKnown {
			h.log.Error("An order is parked: the broker cannot be told of it",
				"orderId", p.ID, "version", p.Version, "reason", p.Reason)
		}
		h.parked[p.ID] = p.Reason
	}
	return nil
}

// retry tries the parked orders again, once in a while.
func (h *handler) retry(ctx context.Context) error {
	if time.Since(h.retried) < retryEvery {
		return nil
	}
	h.retried = time.Now()
	if err := h.MakeDurable(ctx); err != nil { // What is to be parked is.
		return err
	}
	return h.retryEach(ctx, func(id order.ID, released bool) {
		if released {
			delete(h.parked, id)
		}
	})
}
