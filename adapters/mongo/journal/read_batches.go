package journal

import (
	"cmp"
	"context"

	"orders/ports/budget"
)

const (
	// commitGuess is what a commit is taken for before any is known: one of 500 lines with long
	// SKUs is about as large.
	commitGuess = 256 << 10
	// readBytes is what a batch of commits has, about. Of small commits it has readMax.
	readBytes, readMax = 2 << 20, 1000
	// readBytesShort is what a batch has while the budget is short. An account that holds no more
	// than that does not wait for those that hold much.
	readBytesShort = 32 << 10
)

// readBatches are those of commits that one reader reads. The reader's account holds the bytes of
// the batch that is being read.
type readBatches struct {
	account *budget.Account
	held    int
	largest int // Bytes of the largest commit so far.
}

// next returns how many commits the next batch shall have.
func (b *readBatches) next(ctx context.Context) (int, error) {
	b.end()
	size := cmp.Or(b.largest, commitGuess)
	n := min(max(1, readBytes/size), readMax)
	if b.account.TryTake(n * size) {
		b.held = n * size
		return n, nil
	}
	n = max(1, readBytesShort/size)
	b.held = n * size
	if b.largest == 0 {
		b.held = readBytesShort // It is probably small: most are.
	}
	return n, b.account.Take(ctx, b.held)
}

// end gives back what the last batch took.
func (b *readBatches) end() {
	b.account.Give(b.held)
	b.held = 0
}
