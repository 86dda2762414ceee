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
	if got != want || !got.Valid() || got.IsShort() {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestShortIDs(t *testing.T) {
	for text, want := range map[order.ID]bool{
		"ord_V1StGXR8_Z": true, "ord_----------": true, "ord___________": true,
		"ord_abcdefghij": true, "ord_0123456789": true,
		"ord_V1StGXR8_": false, "ord_V1StGXR8_Z5": false, "ORD_V1StGXR8_Z": false,
		"ord_V1StGXR8.Z": false, "ord_V1StGXR8/Z": false, "ord_V1StGXR8é": false,
		"ord_V1StGXR8 Z": false, "V1StGXR8_Z": false, "ord_": false,
	} {
		if text.Valid() != want || text.IsShort() != want {
			t.Errorf("%s is valid: %t", text, text.Valid())
		}
	}
}

// The bits of an ID make it again.
func TestTheBitsOfAnID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := order.MakeID(rapid.SliceOfN(rapid.Byte(), 17, 20).Draw(t, "bits"))
		bits := id.Bits()
		if len(bits) != order.IDBytes || order.MakeID(bits) != id {
			t.Errorf("%s has the bits %x", id, bits)
		}
	})
}

// The pattern of IDs says what Valid does.
func TestTheFormOfAnID(t *testing.T) {
	pattern := regexp.MustCompile(order.IDPattern)
	letter := rapid.SampledFrom([]rune("_-abyzAZ1289=/\n"))
	known := rapid.OneOf(
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 17, 20), order.MakeID),
		rapid.Map(rapid.StringMatching(`ord_[A-Za-z0-9_-]{10}`),
			func(s string) order.ID { return order.ID(s) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		id := known.Draw(t, "id")
		if !id.Valid() {
			t.Errorf("%s is not valid", id)
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
