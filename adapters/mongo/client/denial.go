package client

import (
	"errors"
	"regexp"
	"slices"

	driver "go.mongodb.org/mongo-driver/mongo"
)

// unauthorized are the codes of what a user may not do; Atlas has its own.
var unauthorized = []int{codeUnauthorized, codeAuthenticationFailed, codeAtlas}

// denials are the codes by which a server, or a proxy before it, says before it does anything that
// it will not: unauthorized, and illegal operation, no such command, invalid options or namespace,
// not supported, and not on a view. Nothing of the command was done, and nothing will be until
// somebody changes what the user may do or what is there. Other codes can come when a part was
// done, as those of a primary that steps down.
var denials = append([]int{20, 59, 72, 73, 115, 166}, unauthorized...)

// IsDenied reports whether err is a denial of all that was asked for.
func IsDenied(err error) bool { return isAnswerOf(err, denials) }

// IsUnauthorized reports whether err is about what the user may do.
func IsUnauthorized(err error) bool { return isAnswerOf(err, unauthorized) }

func isAnswerOf(err error, codes []int) bool {
	if answer, is := AnswerIn(err); is {
		return slices.Contains(codes, int(answer.Code)) ||
			answer.Code == 0 && notAuthorized.MatchString(answer.Message) // Of a proxy.
	}
	return isRefusedLogin(err)
}

// AnswerIn is the server's answer in err.
func AnswerIn(err error) (answer driver.CommandError, is bool) {
	return answer, errors.As(err, &answer)
}

// IsDenial is isDenied for one statement of many.
func IsDenial(e driver.WriteError) bool { return slices.Contains(denials, e.Code) }

var notAuthorized = regexp.MustCompile(`(?i)^(?:\(\w+\) )?(?:not authorized|unauthorized)`)
