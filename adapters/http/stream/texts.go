package stream

import (
	"sync"

	"orders/app/access"
	"orders/ports"
	"orders/ports/recent"
)

const (
	// textsMax is of how many recent views, at least, a class has the texts for all its streams.
	textsMax = 256
	// sharedMax is about how many bytes a view may have for its text to be shared by streams.
	sharedMax = 4 << 10
)

// texts are encoded views. Streams that send the same view to callers of a class encode it once.
type texts struct {
	encode func(ports.OrderView, access.Class) []byte

	mu   sync.Mutex
	last map[access.Class]*recentTexts
}

type recentTexts = recent.Map[*ports.OrderView, func() []byte]

func newTexts(encode func(ports.OrderView, access.Class) []byte) *texts {
	return &texts{encode: encode, last: map[access.Class]*recentTexts{}}
}

// of returns the text of a view for callers of a class. Nobody may change it.
func (t *texts) of(v *ports.OrderView, class access.Class) []byte {
	if v.Size() > sharedMax {
		return t.encode(*v, class)
	}
	return t.shared(v, class)()
}

func (t *texts) shared(v *ports.OrderView, class access.Class) func() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	last := t.last[class]
	if last == nil {
		made := recent.New[*ports.OrderView, func() []byte](textsMax)
		last = &made
		t.last[class] = last
	}
	text := last.Get(v)
	if text == nil {
		text = sync.OnceValue(func() []byte { return t.encode(*v, class) })
		last.Put(v, text)
	}
	return text
}
