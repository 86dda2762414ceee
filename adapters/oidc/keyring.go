package oidc

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"orders/ports"
)

// When keys are fetched.
const (
	fetchEvery = 5 * time.Minute  // So a key that is published ahead is known before it signs.
	askEvery   = 10 * time.Second // Because of a kid that is not known, at most.
	retryFirst = time.Second      // After a failure; twice as long after each further one,
	retryMost  = 30 * time.Second // up to this.
	fetchMax   = 5 * time.Second  // How long one fetch may take.
)

// A keyring has the newest keys that were fetched. One goroutine fetches.
type keyring struct {
	fetch   func(context.Context) ([]byte, error)
	log     *slog.Logger
	current atomic.Pointer[keySet] // Nil until there were keys once.

	stopping context.CancelFunc
	stopped  chan struct{}
	wanted   chan struct{} // Has a value while somebody asks for a fetch.

	mu      sync.Mutex
	running chan struct{} // Closed when the fetch has ended that runs or is wanted; nil if none.
	asked   time.Time     // When somebody last asked.
	failed  bool          // The last fetch failed.
}

func newKeyring(fetch func(context.Context) ([]byte, error), log *slog.Logger) *keyring {
	return &keyring{
		fetch: fetch, log: log, wanted: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
}

func (k *keyring) start(ctx context.Context) error {
	running, stop := context.WithCancel(context.Background())
	k.stopping = stop
	first := make(chan struct{})
	k.running = first
	go k.run(running)
	select {
	case <-first:
		return nil
	case <-ctx.Done():
		stop()
		return ctx.Err()
	}
}

func (k *keyring) stop() {
	k.stopping()
	<-k.stopped
}

func (k *keyring) run(ctx context.Context) {
	defer close(k.stopped)
	for failures := 0; ctx.Err() == nil; {
		pause := fetchEvery
		if k.renew(ctx) {
			failures = 0
		} else {
			pause = min(retryFirst<<failures, retryMost)
			failures = min(failures+1, 10)
		}
		select {
		case <-time.After(pause):
		case <-k.wanted:
		case <-ctx.Done():
		}
	}
}

// renew fetches once, and reports whether that gave keys. Those that were fetched before stay if
// it did not.
func (k *keyring) renew(ctx context.Context) (done bool) {
	k.begin()
	within, cancel := context.WithTimeout(ctx, fetchMax)
	defer cancel()
	text, err := k.fetch(within)
	var set *keySet
	if err == nil {
		set, err = parseKeys(text)
	}
	if ctx.Err() != nil {
		return false
	}
	k.report(err)
	if err == nil {
		k.take(set)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failed = err != nil
	close(k.running)
	k.running = nil
	return err == nil
}

// begin makes whoever asks from now on wait for this fetch.
func (k *keyring) begin() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.running == nil {
		k.running = make(chan struct{})
	}
	select {
	case <-k.wanted: // Also where the fetch was due anyway.
	default:
	}
}

// take puts a set in the place of the one before, if it differs.
func (k *keyring) take(set *keySet) {
	if old := k.current.Load(); old != nil {
		if old.hash == set.hash {
			return
		}
		set.follow(old)
	}
	k.current.Store(set)
	k.log.Info("The keys of tokens were fetched", "keys", len(set.keys))
}

// report logs the beginning and the end of a time without fetches.
func (k *keyring) report(err error) {
	k.mu.Lock()
	failed := k.failed
	k.mu.Unlock()
	switch {
	case err == nil && failed:
		k.log.Info("The keys of tokens can be fetched again")
	case err == nil || failed:
	case k.current.Load() == nil:
		k.log.Warn("The keys of tokens cannot be fetched; until then no token is accepted",
			"error", err)
	default:
		k.log.Warn("The keys of tokens cannot be fetched; those fetched before stay in use",
			"error", err)
	}
}

// with returns the newest set, which has keys of this kid. If it has none, they are fetched again
// first, unless they just were.
func (k *keyring) with(ctx context.Context, kid string) (*keySet, error) {
	for {
		set := k.current.Load()
		if len(set.keys[kid]) > 0 {
			return set, nil
		}
		fetched, failed := k.mayFetch()
		switch {
		case fetched == nil && failed:
			return nil, fmt.Errorf("the keys of tokens cannot be fetched: %w", ports.ErrUnavailable)
		case fetched == nil:
			return nil, refuse("the key of the token is not one of its issuer")
		}
		select {
		case <-fetched:
		case <-k.stopped:
			return nil, fmt.Errorf("fetch the keys of tokens: %w", ports.ErrUnavailable)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// mayFetch returns what is closed when the fetch has ended that runs or now begins. It is nil if
// somebody asked too short a time ago; then failed says whether the last fetch did.
func (k *keyring) mayFetch() (fetched <-chan struct{}, failed bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.running != nil:
		return k.running, false
	case !k.asked.IsZero() && time.Since(k.asked) < askEvery:
		return nil, k.failed
	}
	k.asked = time.Now()
	k.running = make(chan struct{})
	k.wanted <- struct{}{}
	return k.running, false
}
