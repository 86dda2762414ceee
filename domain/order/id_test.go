package order_test

import (
	"testing"

	"orders/domain/order"
)

func TestAnIDBeginsWithItsTime(t *testing.T) {
	rest := []byte("eleven byte")
	got := order.MakeIDAt(0x0123456789ab, rest)
	want := order.MakeID(append([]byte{0x01, 0x23, 0x45, 0x67, 0x89, 0xab}, rest...))
	if got != want || !got.Valid() {
		t.Errorf("%s, want %s", got, want)
	}
}
