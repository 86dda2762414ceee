package message

import (
	"fmt"
	"strings"
	"unicode"
)

// nameMax is how many characters of a name are repeated in an answer, as a client may use long
// ones.
const nameMax = 100

// Cut returns the beginning of a name that a client has made up, to be repeated. It is valid UTF-8.
func Cut(name string) string {
	return fmt.Sprintf("%.*s", nameMax, strings.ToValidUTF8(name, "\uFFFD"))
}

// Similar returns the known name that name was probably meant to be, or the empty text. The two may
// differ in case, in separators and brackets, and by a typing error or, if they are long, by two.
func Similar(name string, known []string) (meant string) {
	if len(name) > nameMax {
		return ""
	}
	bare := bareName(name)
	least := typosMax + 1
	for _, candidate := range known {
		wanted := bareName(candidate)
		most := min(least-1, typosMax)
		if len(wanted) <= shortMax {
			most = min(most, 1)
		}
		for n := range most + 1 {
			if differBy(n, bare, wanted) {
				meant, least = candidate, n
				break
			}
		}
	}
	return meant
}

const (
	typosMax = 2
	shortMax = 5 // The length of a name in which two typing errors would make another word.
)

// bareName returns the letters and digits of a name, all in lower case, and "currency" for
// "currencies".
func bareName(name string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	if stem, isPlural := strings.CutSuffix(bare, "ies"); isPlural {
		return stem + "y"
	}
	return bare
}

// differBy reports whether at most n typing errors lie between a and b: a character that is missing
// or wrong or one too many, or two that are swapped.
func differBy(n int, a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	switch more := len(a) - len(b); {
	case a == "" || b == "":
		return max(more, -more) <= n
	case n == 0 || max(more, -more) > n:
		return false
	}
	return differBy(n-1, a[1:], b[1:]) || differBy(n-1, a[1:], b) || differBy(n-1, a, b[1:]) ||
		len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] &&
			differBy(n-1, a[2:], b[2:])
}
