package memory

import (
	"context"
	"crypto/rand"
	"strconv"
	"sync"

	"orders/ports"
)

var (
	_ ports.Publisher   = (*Topic)(nil)
	_ ports.TopicReader = (*Topic)(nil)
)

// Topic is the topic of a broker in memory: both what publishers tell and what readers read.
type Topic struct {
	// Refuse is asked about each commit, for tests; the topic refuses it with the error that
	// Refuse returns. Nil for a topic that takes all.
	Refuse func(ports.Commit) error

	mu    sync.Mutex
	id    ports.TopicID // Empty while there is none.
	first int           // How many notices the topic has dropped.
	told  []ports.Notice
	grown chan struct{} // Closed when the topic changes; nil unless a reader waits for it.
}

// Topic implements ports.Publisher.
func (t *Topic) Topic(ctx context.Context, _ ports.TopicID) (ports.TopicID, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.id == "" {
		t.id = ports.TopicID(rand.Text())
	}
	return t.id, nil
}

// Publish implements ports.Publisher.
func (t *Topic) Publish(ctx context.Context, c ports.Commit) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.Refuse != nil {
		if err := t.Refuse(c); err != nil {
			return err
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.id == "" {
		return ports.ErrGone
	}
	t.told = append(t.told, ports.Notice{OrderID: c.OrderID, Version: c.Version})
	t.changed()
	return nil
}

// Told returns all that was published, and is not dropped.
func (t *Topic) Told() []ports.Notice {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]ports.Notice{}, t.told...)
}

// Drop drops the oldest notices, as the retention of a broker does.
func (t *Topic) Drop(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.first, t.told = t.first+n, t.told[n:]
}

// Delete deletes the topic.
func (t *Topic) Delete() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.id, t.first, t.told = "", 0, nil
	t.changed()
}

// changed wakes the readers. The caller holds mu.
func (t *Topic) changed() {
	if t.grown != nil {
		close(t.grown)
		t.grown = nil
	}
}

// End implements ports.TopicReader.
func (t *Topic) End(ctx context.Context, id ports.TopicID) (ports.Offset, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id != t.id || id == "" {
		return "", ports.ErrGone
	}
	return offset(t.first + len(t.told)), nil
}

// Read implements ports.TopicReader.
func (t *Topic) Read(
	ctx context.Context, id ports.TopicID, from ports.Offset,
	handle func(context.Context, ports.Notices) error,
) error {
	at := number(from)
	for isBegun := false; ; isBegun = true {
		if err := ctx.Err(); err != nil {
			return err
		}
		notices, grown, err := t.since(id, at)
		switch {
		case err != nil:
			return err
		case !isBegun:
			notices = nil
		case len(notices) == 0:
			select {
			case <-ctx.Done():
			case <-grown:
			}
			continue
		}
		at += len(notices)
		if err := handle(ctx, ports.Notices{Of: notices, Next: offset(at)}); err != nil {
			return err
		}
	}
}

// since returns the notices after an offset, and a channel that is closed when there are more.
func (t *Topic) since(id ports.TopicID, at int) ([]ports.Notice, <-chan struct{}, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if id != t.id || id == "" || at < t.first || at > t.first+len(t.told) {
		return nil, nil, ports.ErrGone
	}
	if t.grown == nil {
		t.grown = make(chan struct{})
	}
	notices := t.told[at-t.first:]
	return append([]ports.Notice{}, notices[:min(len(notices), batchMax)]...), t.grown, nil
}

// Reached implements ports.TopicReader.
func (t *Topic) Reached(at, end ports.Offset) bool {
	return number(at) >= number(end) && number(end) >= 0
}

func offset(n int) ports.Offset { return ports.Offset(strconv.Itoa(n)) }

// number is that of an offset; what is none comes before all.
func number(o ports.Offset) int {
	n, err := strconv.Atoi(string(o))
	if err != nil || offset(n) != o {
		return -1
	}
	return n
}
