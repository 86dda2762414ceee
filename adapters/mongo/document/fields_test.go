package document_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/bsonrw"
	"pgregory.net/rapid"

	"orders/adapters/mongo/document"
	"orders/domain/order"
)

// whole has a field of every kind.
type (
	whole struct {
		Text  string      `bson:"text"`
		Note  string      `bson:"note,omitempty"`
		Whole int         `bson:"whole"`
		Long  int64       `bson:"long"`
		Time  time.Time   `bson:"time"`
		Set   bool        `bson:"set"`
		Odd   bool        `bson:"odd,omitempty"`
		Money order.Money `bson:"money"`
		Held  order.Money `bson:"held,omitempty"`
		Parts []part      `bson:"parts"`
		Extra []part      `bson:"extra,omitempty"`
	}
	part struct {
		Text  string `bson:"text"`
		Whole int    `bson:"whole"`
	}
)

func wholeFields(f *document.Fields, w *whole) {
	f.Text("text", &w.Text)
	f.OptionalText("note", &w.Note)
	f.Whole("whole", &w.Whole)
	f.Long("long", &w.Long)
	f.Time("time", &w.Time)
	f.Flag("set", &w.Set)
	f.OptionalFlag("odd", &w.Odd)
	f.Money("money", &w.Money)
	f.OptionalAmount("held", &w.Held)
	document.List(f, "parts", &w.Parts, partFields)
	document.OptionalList(f, "extra", &w.Extra, partFields)
}

func partFields(f *document.Fields, p *part) {
	f.Text("text", &p.Text)
	f.Whole("whole", &p.Whole)
}

func write(t rapid.TB, w whole) bson.Raw {
	f := document.New(0)
	wholeFields(f, &w)
	raw, err := f.Close()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func read(raw bson.Raw) (w whole, err error) {
	f := document.Open(raw)
	wholeFields(f, &w)
	_, err = f.Close()
	return w, err
}

func draw(t *rapid.T) (w whole) {
	text := rapid.StringN(1, -1, -1)
	parts := rapid.Custom(func(t *rapid.T) part {
		return part{text.Draw(t, "text"), rapid.Int().Draw(t, "whole")}
	})
	money := func(name string) order.Money {
		return order.Money{
			Minor: rapid.Int64Range(0, order.MinorMax).Draw(t, name), Currency: "USD",
		}
	}
	w.Text, w.Note = text.Draw(t, "text"), rapid.String().Draw(t, "note")
	w.Whole, w.Long = rapid.Int().Draw(t, "whole"), rapid.Int64().Draw(t, "long")
	w.Time = time.UnixMilli(rapid.Int64Range(-1e14, 1e14).Draw(t, "time")).UTC()
	w.Set, w.Odd = rapid.Bool().Draw(t, "set"), rapid.Bool().Draw(t, "odd")
	w.Money = money("money")
	if rapid.Bool().Draw(t, "holds") {
		w.Held = money("held")
	}
	w.Parts = rapid.SliceOfN(parts, 1, 12).Draw(t, "parts")
	if rapid.Bool().Draw(t, "has more") {
		w.Extra = rapid.SliceOfN(parts, 1, 3).Draw(t, "extra")
	}
	return w
}

func equal(a, b whole) bool {
	parts := slices.Equal(a.Parts, b.Parts) && slices.Equal(a.Extra, b.Extra)
	return parts && a.Text == b.Text && a.Note == b.Note && a.Whole == b.Whole &&
		a.Long == b.Long && a.Time.Equal(b.Time) && a.Set == b.Set && a.Odd == b.Odd &&
		a.Money == b.Money && a.Held == b.Held
}

func marshal(t rapid.TB, v any) bson.Raw {
	var b bytes.Buffer
	w, err := bsonrw.NewBSONValueWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	e, err := bson.NewEncoder(w)
	if err != nil {
		t.Fatal(err)
	}
	e.OmitZeroStruct()
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The driver makes the same bytes of the same fields, and they come back as they were.
func TestTheFormsByHandAreTheDrivers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		is := draw(t)
		byHand, byDriver := write(t, is), marshal(t, is)
		if !slices.Equal(byDriver, byHand) {
			t.Fatalf("by hand %s, by the driver %s", byHand, byDriver)
		}
		if got, err := read(byHand); err != nil || !equal(got, is) {
			t.Fatalf("%s is read as\n%+v, %v; want\n%+v", byHand, got, err, is)
		}
	})
}

// Fields may be in any order, between others that nobody knows and beside some that are null.
func TestFieldsAreFoundWhereverTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		is := draw(t)
		var fields bson.D
		if err := bson.Unmarshal(write(t, is), &fields); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"note", "odd", "held", "extra"} {
			if !slices.ContainsFunc(fields, func(e bson.E) bool { return e.Key == name }) {
				fields = append(fields, bson.E{Key: name})
			}
		}
		for range rapid.IntRange(0, 5).Draw(t, "strangers") {
			name := "new " + rapid.StringMatching("[a-z]{1,3}").Draw(t, "stranger")
			fields = append(fields, bson.E{Key: name, Value: bson.A{1, "x", bson.M{"text": 7}}})
		}
		mixed := marshal(t, rapid.Permutation(fields).Draw(t, "order"))
		if got, err := read(mixed); err != nil || !equal(got, is) {
			t.Fatalf("%s is read as\n%+v, %v; want\n%+v", mixed, got, err, is)
		}
	})
}

func TestErrorsNameTheField(t *testing.T) {
	good := whole{Text: "a", Money: order.Money{Currency: "USD"}, Parts: []part{{"b", 1}}}
	for want, is := range map[string]any{
		"text: it is missing":                  nil,
		"text: it is empty":                    "",
		"text: it is no text, or not UTF-8":    "\xff",
		"note: it is no text, or not UTF-8":    1,
		"whole: it is no whole number":         0.5,
		"long: it is no whole number":          "1",
		"time: it is no time":                  1,
		"set: it is neither true nor false":    1,
		"odd: it is neither true nor false":    "yes",
		"money: it is no document":             bson.A{},
		"money.currency: it is missing":        bson.M{"minor": 1},
		"money.minor: it contradicts the rest": bson.M{"minor": -1, "currency": "USD"},
		"held: it is no document":              1,
		"held.minor: it is missing":            bson.M{},
		"parts: it is no list":                 bson.M{},
		"parts: it is empty":                   bson.A{},
		"parts.0: it is no document":           bson.A{nil},
		"parts.1.whole: it is missing":         bson.A{part{"b", 1}, bson.M{"text": "c"}},
		"extra.0.text: it is empty":            bson.A{part{}},
	} {
		var fields bson.D
		if err := bson.Unmarshal(write(t, good), &fields); err != nil {
			t.Fatal(err)
		}
		name := want[:strings.IndexAny(want, ".:")]
		fields = slices.DeleteFunc(fields, func(e bson.E) bool { return e.Key == name })
		raw := marshal(t, append(fields, bson.E{Key: name, Value: is}))
		if _, err := read(raw); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Also what nobody asks for has to be well-formed.
func TestADocumentIsReadWholeOrNotAtAll(t *testing.T) {
	var p part
	field := func(f *document.Fields) {
		f.Document("part", func() { partFields(f, &p) })
	}
	sound := marshal(t, bson.D{{Key: "part", Value: bson.D{
		{Key: "text", Value: "a"}, {Key: "whole", Value: 1}, {Key: "unknown inside", Value: nil},
	}}, {Key: "unknown", Value: nil}})
	for name, want := range map[string]string{
		"unknown inside": "part: it is no document", "unknown\x00": "it is not well-formed",
	} {
		raw := slices.Clone(sound)
		const noType = 0x66
		raw[strings.Index(string(raw), name)-1] = noType
		f := document.Open(raw)
		field(f)
		if _, err := f.Close(); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// Nothing that is read panics, and what the reader takes for whole, the driver does.
func FuzzRead(f *testing.F) {
	one := whole{Text: "a", Note: "b", Odd: true, Money: order.Money{Minor: 1, Currency: "USD"},
		Held: order.Money{Minor: 2, Currency: "USD"}, Parts: []part{{"b", 1}, {"c", 2}}}
	raw := write(f, one)
	f.Add([]byte(raw))
	for n := range raw { // Lengths, types and names that lie.
		for _, b := range []byte{0, 1, 0x02, 0x05, 0x0d, 0x7f, 0xff} {
			lie := slices.Clone(raw)
			lie[n] = b
			f.Add([]byte(lie))
		}
		f.Add([]byte(raw[:n]))
	}
	f.Add([]byte(strings.Replace(string(raw), "\x02text\x00\x02\x00\x00\x00",
		"\x02text\x00\xff\xff\xff\x7f", 1)))
	f.Add([]byte(strings.Replace(string(raw), "\x02text\x00\x02\x00\x00\x00",
		"\x02tex_\x00\xff\xff\xff\x7f", 1)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = document.Text(raw, "text"), document.Version(raw)
		w, err := read(raw)
		if err != nil {
			return
		}
		if again, err := read(write(t, w)); err != nil || !equal(again, w) {
			t.Errorf("%x is read as %+v, and that as %+v, %v", raw, w, again, err)
		}
	})
}
