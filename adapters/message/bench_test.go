package message

import (
	"fmt"
	"strings"
	"testing"
)

const usual = `{"userId":"user_123","items":[{"sku":"sku_mouse","qty":2,"price":599}]}`

// BenchmarkDecode decodes a usual order, one with a name to ignore, and 1 MiB of unknown names, as
// many as there may be.
func BenchmarkDecode(b *testing.B) {
	var items []string
	for i, size := 0, 0; size < 1<<20-20_000; i++ {
		var names []string
		for j := range 900 {
			names = append(names, fmt.Sprintf(`"%x":0`, 7919*(i*900+j)))
		}
		items = append(items, "{"+strings.Join(names, ",")+"}")
		size += len(items[i]) + 1
	}
	for name, text := range map[string]string{
		"usual":   usual,
		"ignored": usual[:len(usual)-1] + `,"source":"web"}`,
		"unknown": `{"userId":"u","items":[` + strings.Join(items, ",") + `]}`,
	} {
		b.Run("strict/"+name, func(b *testing.B) {
			for b.Loop() {
				_, _ = Decode[NewOrder]([]byte(text))
			}
		})
		b.Run("tolerant/"+name, func(b *testing.B) {
			for b.Loop() {
				_, _, _ = DecodeTolerantly[NewOrder]([]byte(text))
			}
		})
	}
}
