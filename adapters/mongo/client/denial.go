package client

import (
	"errors"
	"regexp"
	"slices"

	driver "go.mongodb.org/mongo-driver/mongo"
)

// unauthorized are the codes by which a server says that a user may not do something.
var unauthorized = []int{codeUnauthorized, codeAuthenticationFailed, codeAtlas}

// denials are the codes by which a server, or a proxy before it, refuses a command before it does
// any of it, and will refuse it until somebody changes the user's rights or the collection. Other
// codes may come after a part was done, as those of a primary that steps down.
var denials = append([]int{
	CodeIllegalOperation, codeCommandNotFound, codeInvalidOptions, codeInvalidNamespace,
	CodeCommandNotSupported, codeCommandNotSupportedOnView,
}, unauthorized...)

// IsDenied reports whether the server refused the whole command before it did any of it.
func IsDenied(err error) bool { return isAnswerOf(err, denials) }

// IsUnauthorized reports whether the user may not do what was asked for.
func IsUnauthorized(err error) bool { return isAnswerOf(err, unauthorized) }

func isAnswerOf(err error, codes []int) bool {
	if answer, is := AnswerIn(err); is {
		return slices.Contains(codes, int(answer.Code)) ||
			answer.Code == 0 && notAuthorized.MatchString(answer.Message) // Said by a proxy.
	}
	return isRefusedLogin(err)
}

// AnswerIn is the server's answer in err.
func AnswerIn(err error) (answer driver.CommandError, is bool) {
	return answer, errors.As(err, &answer)
}

// IsDenial is IsDenied for one statement of many.
func IsDenial(e driver.WriteError) bool { return slices.Contains(denials, e.Code) }

var notAuthorized = regexp.MustCompile(`(?i)^(?:\(\w+\) )?(?:not authorized|unauthorized)`)
