package mongo

import (
	"errors"
	"regexp"
	"slices"

	"github.com/golang-migrate/migrate/v4/database"
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

// isDenied reports whether err is a denial of all that was asked for.
func isDenied(err error) bool { return isAnswerOf(err, denials) }

// isUnauthorized reports whether err is about what the user may do.
func isUnauthorized(err error) bool { return isAnswerOf(err, unauthorized) }

func isAnswerOf(err error, codes []int) bool {
	if answer, is := answerIn(err); is {
		return slices.Contains(codes, int(answer.Code)) ||
			answer.Code == 0 && notAuthorized.MatchString(answer.Message) // Of a proxy.
	}
	return isRefusedLogin(err)
}

// answerIn is the server's answer in err, also in one of a migration.
func answerIn(err error) (answer driver.CommandError, is bool) {
	if migration := (*database.Error)(nil); errors.As(err, &migration) {
		err = migration.OrigErr
	}
	return answer, errors.As(err, &answer)
}

// isDenial is isDenied for one statement of many.
func isDenial(e driver.WriteError) bool { return slices.Contains(denials, e.Code) }

var notAuthorized = regexp.MustCompile(`(?i)^(?:\(\w+\) )?(?:not authorized|unauthorized)`)

// repeated is the command that a denial repeats, with the order in it.
var repeated = regexp.MustCompile(`(?s)( to execute command) \{ (\w+):.*`)

// plain is the text of err without what nobody needs to read in a log.
func plain(err error) string { return brief(err.Error()) }

func brief(text string) string { return repeated.ReplaceAllString(text, "$1 $2") }

// short is err with a text that is plain.
func short(err error) error { return shortError{err} }

// A shortError is one whose text is plain.
type shortError struct{ error }

func (e shortError) Error() string { return plain(e.error) }
func (e shortError) Unwrap() error { return e.error }
