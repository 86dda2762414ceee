package order

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// MinorMax is the largest amount, in minor units: 15 digits, the most that every JSON reader
// keeps, also one that reads numbers as IEEE 754 doubles.
const MinorMax = 999_999_999_999_999

// Money is an exact amount of one currency.
type Money struct {
	Minor    int64 // In the currency's minor units, such as cents.
	Currency Currency
}

// String gives the amount in major units with no more decimals than it needs, such as 10.9.
// It is also a JSON number.
func (m Money) String() string { return string(m.Append(nil)) }

// Append appends what String gives to b.
func (m Money) Append(b []byte) []byte {
	var room [24]byte
	return m.Currency.AppendMajor(b, strconv.AppendInt(room[:0], m.Minor, 10))
}

// A Currency is the three capital letters of ISO 4217.
type Currency string

// CurrenciesAt is the day on which the list that is known here was published: the attribute Pblshd
// of list one of ISO 4217, which SIX maintains (six-group.com, data standards). To renew it, add
// the codes of a newer list with their digits, and change the day. A code that was withdrawn since
// stays, with its digits, as there may be orders in it.
const CurrenciesAt = "2026-01-01"

// Known reports whether c is an ISO 4217 currency with minor units.
func (c Currency) Known() bool { return len(c) == 3 && strings.Contains(codes, string(c)+" ") }

// Currencies are all that are Known, in alphabetical order.
func Currencies() (all []Currency) {
	for code := range strings.FieldsSeq(codes) {
		all = append(all, Currency(code))
	}
	return all
}

// Digits is how many decimals amounts of c have.
func (c Currency) Digits() int {
	if digits, ok := unusual[c]; ok {
		return digits
	}
	return 2
}

// AppendMajor appends an amount in major units to b. digits are those of the amount in minor units,
// of any length.
func (c Currency) AppendMajor(b, digits []byte) []byte {
	if digits[0] == '-' {
		b, digits = append(b, '-'), digits[1:]
	}
	decimals := c.Digits()
	for len(digits) <= decimals {
		digits = slices.Insert(digits, 0, '0')
	}
	point := len(digits) - decimals
	b = append(b, digits[:point]...)
	if part := bytes.TrimRight(digits[point:], "0"); len(part) > 0 {
		b = append(append(b, '.'), part...)
	}
	return b
}

// unusual lists the currencies without exactly two decimals. See CurrenciesAt.
var unusual = map[Currency]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// codes lists every currency with minor units. See CurrenciesAt.
const codes = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD " +
	"BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD " +
	"EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD " +
	"IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL " +
	"MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN " +
	"PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN " +
	"SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES " +
	"VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
