package order_test

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"

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

// The bits of an ID make it again, and its pattern says what Valid does.
func TestTheFormOfAnID(t *testing.T) {
	pattern := regexp.MustCompile(order.IDPattern)
	letter := rapid.SampledFrom([]rune("_abyzAZ1289=\n"))
	rapid.Check(t, func(t *rapid.T) {
		id := order.MakeID(rapid.SliceOfN(rapid.Byte(), 17, 20).Draw(t, "bits"))
		bits := id.Bits()
		if len(bits) != order.IDBytes || order.MakeID(bits) != id {
			t.Errorf("%s has the bits %x", id, bits)
		}
		changed := []rune(id)
		changed[rapid.IntRange(0, len(changed)-1).Draw(t, "at")] = letter.Draw(t, "letter")
		cut := rapid.IntRange(0, len(changed)).Draw(t, "cut")
		for _, other := range []string{
			string(id), string(changed), string(id[:cut]), string(id) + "a",
		} {
			if order.ID(other).Valid() != pattern.MatchString(other) {
				t.Errorf("the pattern and Valid disagree about %q", other)
			}
		}
	})
}
