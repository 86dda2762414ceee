package order

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The errors of Decimal.Scaled.
var (
	ErrFraction = errors.New("not a whole number")
	ErrRange    = errors.New("out of range")
)

// A Decimal is an exact decimal number of any size: its digits times a power of ten. Equal
// numbers are equal values, however they were written. The zero value is 0.
type Decimal struct {
	digits   string // Without leading or trailing zeros, and with a leading "-" if negative.
	exponent int
}

// exponentMax keeps arithmetic on exponents from overflowing. No amount has one near it.
const exponentMax = math.MaxInt32

// ParseDecimal reads a JSON number (RFC 8259, section 6), without a conversion to a float.
func ParseDecimal(text string) (Decimal, error) {
	mantissa, power := text, "0"
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, power = text[:i], text[i+1:]
	}
	whole, part, hasPart := strings.Cut(mantissa, ".")
	sign, whole := cutSign(whole, "-")
	powerSign, power := cutSign(power, "+-")
	switch {
	case !isDigits(whole), len(whole) > 1 && whole[0] == '0', hasPart && !isDigits(part),
		!isDigits(power):
		return Decimal{}, fmt.Errorf("%.40q is not a number", text)
	}
	return normal(sign, whole+part, exponentOf(powerSign+power)-len(part)), nil
}

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int {
	switch {
	case d.digits == "":
		return 0
	case d.digits[0] == '-':
		return -1
	}
	return 1
}

// Scaled returns d times 10 to the power of places when that is a whole number of int64,
// else ErrFraction or ErrRange.
func (d Decimal) Scaled(places int) (int64, error) {
	zeros := d.exponent + places
	switch {
	case d.digits == "":
		return 0, nil
	case zeros < 0:
		return 0, ErrFraction
	case len(d.digits)+zeros > 20:
		return 0, ErrRange
	}
	n, err := strconv.ParseInt(d.digits+strings.Repeat("0", zeros), 10, 64)
	if err != nil {
		return 0, ErrRange
	}
	return n, nil
}

// String gives the one spelling of d, such as 1099e-2 for 10.99.
func (d Decimal) String() string {
	switch {
	case d.digits == "":
		return "0"
	case d.exponent == 0:
		return d.digits
	}
	return d.digits + "e" + strconv.Itoa(d.exponent)
}

// MarshalText gives the same as String.
func (d Decimal) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func normal(sign, digits string, exponent int) Decimal {
	digits = strings.TrimLeft(digits, "0")
	trimmed := strings.TrimRight(digits, "0")
	if trimmed == "" {
		return Decimal{}
	}
	return Decimal{sign + trimmed, exponent + len(digits) - len(trimmed)}
}

// cutSign takes one leading sign off s when it is among signs.
func cutSign(s, signs string) (sign, rest string) {
	if s != "" && strings.IndexByte(signs, s[0]) >= 0 {
		return s[:1], s[1:]
	}
	return "", s
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// exponentOf reads an integer; one of too many digits counts as exponentMax.
func exponentOf(s string) int {
	n, err := strconv.Atoi(s)
	switch {
	case err == nil:
		return max(-exponentMax, min(n, exponentMax))
	case s[0] == '-':
		return -exponentMax
	}
	return exponentMax
}
