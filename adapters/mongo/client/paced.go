package client

import (
	"context"
	"sync/atomic"

	driver "go.mongodb.org/mongo-driver/mongo"
)

// batchBytes is about how many bytes the server shall send at once. It counts in documents, of
// which one may have a kilobyte or some hundred; whatever they have, it sends at most 16 MiB.
const batchBytes = 1 << 20

// Sizes remembers how large the documents of a kind were of late, so that the next batch is of
// about batchBytes.
type Sizes struct{ largest atomic.Int64 }

// Batch is how many documents to ask for, at most so many.
func (s *Sizes) Batch(most int) int32 { return batchOf(s.largest.Load(), most) }

func batchOf(largest int64, most int) int32 {
	return int32(min(int64(most), max(2, batchBytes/max(1, largest))))
}

// Saw tells of the largest document of a cursor. A smaller one is believed little by little.
func (s *Sizes) Saw(largest int64) {
	s.largest.Store(max(largest, s.largest.Load()/2))
}

// A Paced cursor asks for its next batches by what it has seen.
type Paced struct {
	*driver.Cursor
	sizes   *Sizes
	most    int
	largest int64
}

func (s *Sizes) Pace(c *driver.Cursor, most int) *Paced {
	return &Paced{Cursor: c, sizes: s, most: most}
}

// Next goes to the next document.
func (p *Paced) Next(ctx context.Context) bool {
	if p.largest > 0 && p.RemainingBatchLength() == 0 {
		p.SetBatchSize(batchOf(p.largest, p.most))
	}
	more := p.Cursor.Next(ctx)
	if more {
		p.largest = max(p.largest, int64(len(p.Current)))
	}
	return more
}

// Close leaves the cursor, and what was seen to those who come later.
func (p *Paced) Close(ctx context.Context) {
	if p.largest > 0 {
		p.sizes.Saw(p.largest)
	}
	if p.ID() == 0 {
		_ = p.Cursor.Close(ctx) // The server has no cursor any more: nobody is asked.
		return
	}
	CloseSoon(ctx, p.Cursor)
}
