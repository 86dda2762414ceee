// Package recent remembers the keys that were put last, in bounded memory.
package recent

import "time"

// A Map remembers the values of the keys that were put last: of at least most keys, and of at most
// twice as many. It keeps two generations, and forgets the older one as a whole when the newer one
// is full, so that nothing has to be ordered by age. One goroutine uses it at a time. The zero Map
// remembers the last key.
type Map[K comparable, V any] struct {
	most         int
	size         func(V) int   // Nil for a Map that counts keys.
	within       time.Duration // Zero for a Map that does not forget by time.
	newer, older map[K]V
	used         int       // Bytes or keys in newer.
	began        time.Time // When the newer generation began.
}

// New returns an empty Map, which takes no memory before the first Put.
func New[K comparable, V any](most int) Map[K, V] { return Map[K, V]{most: most} }

// Sized returns an empty Map that counts bytes instead of keys: it remembers the values that were
// put last as long as they take less than most together, but for the largest one, and twice as many
// bytes at most. No value may take more than most.
func Sized[K comparable, V any](most int, size func(V) int) Map[K, V] {
	return Map[K, V]{most: most, size: size}
}

// Within returns an empty Map that also forgets by time: each key between within and twice that
// after it was last put.
func Within[K comparable, V any](most int, within time.Duration) Map[K, V] {
	return Map[K, V]{most: most, within: within}
}

// Get returns the value that was last put for the key, or the zero value if the key is forgotten.
func (m *Map[K, V]) Get(key K) V {
	v, _ := m.find(key)
	return v
}

// Has reports whether the key is remembered.
func (m *Map[K, V]) Has(key K) bool {
	_, known := m.find(key)
	return known
}

// Put remembers the value for the key.
func (m *Map[K, V]) Put(key K, value V) {
	m.expire()
	more := m.sizeOf(value)
	if last, known := m.newer[key]; known {
		more -= m.sizeOf(last)
	}
	if m.newer == nil || more > 0 && m.used+more > m.most {
		m.turn()
		more = m.sizeOf(value)
	}
	m.newer[key] = value
	m.used += more
}

func (m *Map[K, V]) sizeOf(value V) int {
	if m.size == nil {
		return 1
	}
	return m.size(value)
}

func (m *Map[K, V]) find(key K) (value V, known bool) {
	m.expire()
	if value, known = m.newer[key]; !known {
		value, known = m.older[key]
	}
	return value, known
}

// expire forgets what is too old.
func (m *Map[K, V]) expire() {
	if m.within == 0 || m.newer == nil {
		return
	}
	switch age := time.Since(m.began); {
	case age > 2*m.within:
		m.newer, m.older, m.used = nil, nil, 0
	case age > m.within:
		m.turn()
	}
}

// turn begins a newer generation, and forgets the older one.
func (m *Map[K, V]) turn() {
	m.newer, m.older, m.used = map[K]V{}, m.newer, 0
	if m.within > 0 {
		m.began = time.Now()
	}
}
