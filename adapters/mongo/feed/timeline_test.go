package feed

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/ports"
)

const someUUID = "94d6fd0dc86b4fc4bf9a488f871c0687"

// Positions of a real feed, after an event and in silence, and the times of the oplog in them.
const (
	ofSilence = "826B0BE17D0000002C2B0229296E04"
	ofEvent   = "826B0BE17D0000002D2B042C0100296E5A1004E1C1A7B7AE1F4A0AB2F1D5F4E2C60F84463C5F" +
		"6964003C6F72645F610004"
)

func positionOf(t testing.TB, data any) ports.Position {
	t.Helper()
	token, err := bson.Marshal(bson.M{"_data": data})
	if err != nil {
		t.Fatal(err)
	}
	return place{collection: someUUID}.moved(token).position()
}

func TestAPositionHasReachedTheMomentBeforeItsToken(t *testing.T) {
	const seconds = ports.Moment(0x6B0BE17D) << 32
	for data, want := range map[string]ports.Moment{
		ofSilence: seconds + 0x2B, ofEvent: seconds + 0x2C,
		"826B0BE17D00000000": seconds - 1, // The seconds before it may have any number of events.
		"820000000000000001": 0, "82FFFFFFFFFFFFFFFF": 1<<64 - 2,
	} {
		if got := (&EventFeed{}).Reached(positionOf(t, data)); got != want {
			t.Errorf("%s has reached %#x, want %#x", data, got, want)
		}
	}
}

func TestATokenThatNoServerMadeHasReachedNothing(t *testing.T) {
	made := positionOf(t, ofSilence)
	positions := []ports.Position{
		"", made[:len(made)-1], made + "A", made[1:], "0" + made, "x" + made[1:],
		ports.Position(strings.TrimPrefix(string(made), someUUID)),
		place{collection: someUUID}.moved(nil).position(),
	}
	for _, data := range []any{
		nil, 82, true, "", "82", ofSilence[:17], "83" + ofSilence[2:], "0x" + ofSilence,
		strings.ReplaceAll(ofSilence, "B", "G"), "820000000000000000", bson.A{ofSilence},
		bson.M{"_data": ofSilence}, []byte(ofSilence),
	} {
		positions = append(positions, positionOf(t, data))
	}
	for _, at := range positions {
		if reached := (&EventFeed{}).Reached(at); reached != 0 {
			t.Errorf("%q has reached %#x", at, reached)
		}
	}
}

// FuzzReached wants a position to have reached the moment before the time that its token begins
// with, or nothing.
func FuzzReached(f *testing.F) {
	for _, data := range []string{ofSilence, ofEvent, "", "82", "820000000000000000"} {
		f.Add(string(positionOf(f, data)))
	}
	f.Add("")
	f.Add("a.BQAAAAA")
	f.Fuzz(func(t *testing.T, text string) {
		reached := (&EventFeed{}).Reached(ports.Position(text))
		if reached == 0 {
			return
		}
		data, _ := placeOf(ports.Position(text)).token.Lookup("_data").StringValueOK()
		if _, err := hex.DecodeString(text[:32]); err != nil || text[32] != '.' ||
			!strings.HasPrefix(strings.ToUpper(data), fmt.Sprintf("82%016X", uint64(reached+1))) {
			t.Errorf("%q, of the token %q, has reached %#x", text, data, reached)
		}
	})
}
