package message

import (
	"fmt"
	"slices"
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

const isUnknown = "is unknown"

// UnknownName says in an issue that a name is none of the known ones, and which of these it may
// have been meant to be. isGiven tells which of these are given as well.
func UnknownName(name string, known []string, isGiven func(string) bool) string {
	if meant := similar(name, known, isGiven); len(meant) > 0 {
		return fmt.Sprintf(isUnknown+"; did you mean %s?", strings.Join(meant, " or "))
	}
	return isUnknown
}

// similar returns the known names that name was probably meant to be, each as likely as the others.
// It may differ from them in case, in separators and brackets, and by a typing error or, if they
// are long, by two. Or it has the stem of several, as createdAt has that of createdFrom and
// createdTo. From a name that is given as well it differs in case, separators and brackets only.
func similar(name string, known []string, isGiven func(string) bool) []string {
	if len(name) > nameMax {
		return nil
	}
	bare := bareName(name)
	alike := func(typos int) (meant []string) {
		for _, candidate := range known {
			wanted := bareName(candidate)
			short := len(wanted) <= shortMax
			if differBy(typos, bare, wanted) &&
				(typos == 0 || !isGiven(candidate) && (typos == 1 || !short)) {
				meant = append(meant, candidate)
			}
		}
		return meant
	}
	if meant := alike(0); len(meant) > 0 {
		return meant
	}
	if meant := alike(1); len(meant) > 0 {
		return meant
	}
	if meant := ofOneStem(bare, known); len(meant) > 0 {
		return slices.DeleteFunc(meant, isGiven)
	}
	return alike(2)
}

// shortMax is the length of a name in which two typing errors would make another word.
const shortMax = 5

// ofOneStem returns the known names that have one stem, if there are several and the bare name has
// it as well.
func ofOneStem(bare string, known []string) []string {
	for _, candidate := range known {
		stem := stemOf(candidate)
		if stem == "" || !strings.HasPrefix(bare, strings.ToLower(stem)) {
			continue
		}
		siblings := slices.DeleteFunc(slices.Clone(known), func(name string) bool {
			return stemOf(name) != stem
		})
		if len(siblings) > 1 {
			return siblings
		}
	}
	return nil
}

// stemOf is a known name without its last word, or empty if it is one word.
func stemOf(name string) string {
	return name[:max(0, strings.LastIndexFunc(name, unicode.IsUpper))]
}

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
