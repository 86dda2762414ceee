package recent_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"orders/ports/recent"
)

// Whatever is put, the last keys are remembered with their last values, and the rest is bounded.
func TestTheLastKeysAreRemembered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.IntRange(1, 5).Draw(t, "most")
		m := recent.New[int, int](most)
		value := map[int]int{}
		var last []int // Each key once, the one put last at the end.
		for n, key := range rapid.SliceOf(rapid.IntRange(0, 20)).Draw(t, "keys") {
			m.Put(key, n+1)
			value[key] = n + 1
			last = append(without(last, key), key)
			for _, key := range last[max(0, len(last)-most):] {
				if m.Get(key) != value[key] {
					t.Fatalf("key %d has %d, want %d", key, m.Get(key), value[key])
				}
			}
			if known := remembered(t, &m, value); known > 2*most {
				t.Fatalf("%d keys are remembered, with most %d", known, most)
			}
		}
	})
}

// Of values that have a size the last ones are remembered, also of keys whose values grow.
func TestTheLastBytesAreRemembered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const largest = 5
		most := rapid.IntRange(largest, 20).Draw(t, "most")
		m := recent.Sized[int, int](most, func(size int) int { return size })
		value := map[int]int{}
		var last []int
		sizes := rapid.SliceOf(rapid.IntRange(1, largest))
		for _, size := range sizes.Draw(t, "sizes") {
			key := rapid.IntRange(0, 10).Draw(t, "key")
			m.Put(key, size)
			value[key] = size
			last = append(without(last, key), key)
			remembered(t, &m, value)
			bytes, kept := 0, 0
			for _, key := range last {
				if m.Has(key) {
					kept += value[key]
				}
			}
			for _, key := range slices.Backward(last) {
				if bytes += value[key]; bytes <= most-largest && !m.Has(key) {
					t.Fatalf("key %d is forgotten, of the last %d bytes", key, bytes)
				}
			}
			if kept > 2*most {
				t.Fatalf("%d bytes are remembered, with most %d", kept, most)
			}
		}
	})
}

func without(keys []int, key int) (left []int) {
	for _, each := range keys {
		if each != key {
			left = append(left, each)
		}
	}
	return left
}

// remembered counts the keys that m remembers: each with its value, and no other with any.
func remembered(t *rapid.T, m *recent.Map[int, int], all map[int]int) (known int) {
	for key, value := range all {
		if !m.Has(key) {
			value = 0
		} else {
			known++
		}
		if m.Get(key) != value {
			t.Fatalf("key %d has %d, want %d", key, m.Get(key), value)
		}
	}
	return known
}

func TestKeysAreForgottenInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := recent.Within[string, int](100, time.Second)
		m.Put("a", 1)
		time.Sleep(time.Second)
		if m.Get("a") != 1 {
			t.Error("forgotten too early")
		}
		time.Sleep(900 * time.Millisecond)
		m.Put("b", 1)
		time.Sleep(200 * time.Millisecond)
		if !m.Has("b") {
			t.Error("forgotten with what was put before")
		}
		time.Sleep(850 * time.Millisecond)
		if m.Put("c", 1); m.Has("a") {
			t.Error("remembered for more than two generations")
		}
		time.Sleep(2001 * time.Millisecond)
		if m.Has("b") || m.Has("c") || m.Get("c") != 0 {
			t.Error("remembered though nothing was put since")
		}
	})
}

func TestAnEmptyMap(t *testing.T) {
	var m recent.Map[string, int]
	if m.Has("a") || m.Get("a") != 0 {
		t.Error("something is remembered")
	}
	m.Put("a", 1)
	if m.Get("a") != 1 {
		t.Error("what was put last is forgotten")
	}
}
