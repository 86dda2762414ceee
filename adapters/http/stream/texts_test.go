package stream

import (
	"sync"
	"testing"

	"orders/app/access"
	"orders/domain/order"
	"orders/ports"
)

// Streams that send the same views encode each once for each class, however many they are.
func TestViewsAreEncodedOncePerClass(t *testing.T) {
	var mu sync.Mutex
	encoded := map[access.Class]int{}
	all := newTexts(func(_ ports.OrderView, class access.Class) []byte {
		mu.Lock()
		defer mu.Unlock()
		encoded[class]++
		return []byte(class)
	})
	views := make([]ports.OrderView, textsMax)
	var streams sync.WaitGroup
	for n := range 100 {
		class := []access.Class{access.Reader, access.Manager}[n%2]
		streams.Go(func() {
			for i := range views {
				if text := string(all.of(&views[i], class)); text != string(class) {
					t.Errorf("class %s is sent the text of %s", class, text)
				}
			}
		})
	}
	streams.Wait()
	readers, managers := encoded[access.Reader], encoded[access.Manager]
	if len(encoded) != 2 || readers != textsMax || managers != textsMax {
		t.Errorf("%d views are encoded %v times", textsMax, encoded)
	}
}

// The texts that are kept are bounded, and large ones are not kept.
func TestTextsAreBounded(t *testing.T) {
	encoded := 0
	all := newTexts(func(ports.OrderView, access.Class) []byte {
		encoded++
		return nil
	})
	first := &ports.OrderView{}
	classes := []access.Class{access.Reader, access.Writer, access.Manager}
	for range 3 * textsMax {
		for _, class := range classes {
			all.of(first, class)
			all.of(&ports.OrderView{}, class)
		}
	}
	if once := len(classes) * (3*textsMax + 1); encoded <= once {
		t.Errorf("%d texts are encoded, so none of %d is forgotten", encoded, once)
	}
	large := &ports.OrderView{Order: order.Order{Lines: make([]order.Line, 200)}}
	encoded = 0
	for range 3 {
		all.of(large, access.Open)
	}
	if encoded != 3 || all.last[access.Open] != nil {
		t.Errorf("a large one is encoded %d times", encoded)
	}
}
