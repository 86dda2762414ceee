package order_test

import (
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orders/domain/order"
)

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "0.00": "0", "0e99999999999": "0", "10.99": "1099e-2",
		"10.990": "1099e-2", "1000": "1e3", "1E3": "1e3", "1e+3": "1e3", "-7": "-7",
		"0.001": "1e-3", "120": "12e1",
	} {
		got, err := order.ParseDecimal(text)
		if err != nil || got.String() != want {
			t.Errorf("%s is %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "-", "+1", "01", ".5", "1.", "1e", "1e+", "1e++1", "1e1.5", "0x1", "NaN", " 1", "1 ",
		"1_000", "--1", "1e--2", "١",
	} {
		if got, err := order.ParseDecimal(text); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
}

func TestScaled(t *testing.T) {
	for _, tt := range []struct {
		text   string
		places int
		want   int64
		err    error
	}{
		{"10.99", 2, 1099, nil},
		{"-10.99", 2, -1099, nil},
		{"10.999", 2, 0, order.ErrFraction},
		{"1e400", 2, 0, order.ErrRange},
		{"1e-400", 2, 0, order.ErrFraction},
		{"1e99999999999999999999", 2, 0, order.ErrRange},
		{"1e-99999999999999999999", 2, 0, order.ErrFraction},
		{"9223372036854775807", 0, 9223372036854775807, nil},
		{"9223372036854775808", 0, 0, order.ErrRange},
		{strings.Repeat("9", 1<<20), 0, 0, order.ErrRange},
	} {
		got, err := number(tt.text).Scaled(tt.places)
		if got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%.30s at %d places is %d, %v; want %d, %v",
				tt.text, tt.places, got, err, tt.want, tt.err)
		}
	}
}

// A Decimal is the number that the digits spell, as exact arithmetic sees it.
func TestDecimalIsExact(t *testing.T) {
	pattern := `-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,9})?([eE][+-]?[0-9]{1,2})?`
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(pattern).Draw(t, "number")
		want, _ := new(big.Rat).SetString(text)
		got, ok := new(big.Rat).SetString(number(text).String())
		if !ok || got.Cmp(want) != 0 {
			t.Fatalf("%s became %s", text, number(text))
		}
	})
}

func TestCurrencies(t *testing.T) {
	for _, c := range []order.Currency{"USD", "EUR", "JPY", "KWD", "XAD", "XCG", "ZWG"} {
		if !c.Known() {
			t.Errorf("%s is unknown", c)
		}
	}
	for _, c := range []order.Currency{"", "usd", "US", "XXX", "SD ", "D A", "USDX", "BTC"} {
		if c.Known() {
			t.Errorf("%q is known", c)
		}
	}
}

func TestAllKnownCurrenciesAreListed(t *testing.T) {
	var known []order.Currency
	for n := range 26 * 26 * 26 {
		c := order.Currency([]byte{'A' + byte(n/26/26), 'A' + byte(n/26%26), 'A' + byte(n%26)})
		if c.Known() {
			known = append(known, c)
		}
	}
	if listed := order.Currencies(); !slices.Equal(listed, known) {
		t.Errorf("listed are %s, known %s", listed, known)
	}
}

// Every code of the list has the digits that ISO 4217 gives it; a withdrawn one keeps its own.
func TestDigitsOfCurrencies(t *testing.T) {
	for want, codes := range map[int][]order.Currency{
		0: {"JPY", "KRW", "VND", "UYI", "XAF"}, 2: {"USD", "XAD", "XCG", "MGA", "MRU", "UYU"},
		3: {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}, 4: {"CLF", "UYW"},
	} {
		for _, c := range codes {
			if c.Digits() != want || !c.Known() {
				t.Errorf("%s has %d digits, want %d", c, c.Digits(), want)
			}
		}
	}
}

func number(text string) order.Decimal {
	d, err := order.ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return d
}

func whole(n int64) order.Decimal { return number(strconv.FormatInt(n, 10)) }

func usd(minor int64) order.Money { return order.Money{Minor: minor, Currency: "USD"} }
