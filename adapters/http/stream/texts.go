package stream

import (
	"sync"

	"orders/ports"
	"orders/ports/recent"
)

const (
	// textsMax is of how many recent views, at least, the texts are kept for all streams.
	textsMax = 256
	// sharedMax is about how many bytes a view may have for its text to be shared by streams.
	sharedMax = 4 << 10
)

// texts are encoded views. Streams that send the same view encode it once.
type texts struct {
	encode func(ports.OrderView) []byte

	mu   sync.Mutex
	last recent.Map[*ports.OrderView, func() []byte]
}

func newTexts(encode func(ports.OrderView) []byte) *texts {
	return &texts{encode: encode, last: recent.New[*ports.OrderView, func() []byte](textsMax)}
}

// of returns the text of a view. Callers must not change it.
func (t *texts) of(v *ports.OrderView) []byte {
	if v.Size() > sharedMax {
		return t.encode(*v)
	}
	return t.shared(v)()
}

func (t *texts) shared(v *ports.OrderView) func() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := t.last.Get(v)
	if text == nil {
		text = sync.OnceValue(func() []byte { return t.encode(*v) })
		t.last.Put(v, text)
	}
	return text
}
