package client

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

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

// A DenialError is what a user lacks, told by what the server says of the command that it refused.
type DenialError struct{ Database, Collection, Action string }

func (d *DenialError) Error() string {
	return fmt.Sprintf("MongoDB does not let the user of the URI use %s in database %s",
		Privilege(d.Action, d.Collection), d.Database)
}

// Privilege spells an action and what it is on, which is the database without a collection.
func Privilege(action, collection string) string {
	if action == "listCollections" {
		collection = ""
	}
	return fmt.Sprintf("the privilege %s on %s", action, cmp.Or(collection, "the database"))
}

// DenialIn is the denial in err, if the server told of which command.
func DenialIn(err error) (d *DenialError, is bool) {
	if errors.As(err, &d) {
		return d, true
	}
	answer, is := AnswerIn(err)
	if !is || !slices.Contains(unauthorized, int(answer.Code)) {
		return nil, false
	}
	said := refusedCommand.FindStringSubmatch(answer.Message)
	if said == nil || actions[said[2]] == "" {
		return nil, false
	}
	d = &DenialError{Database: said[1], Collection: said[3], Action: actions[said[2]]}
	switch {
	case strings.Contains(answer.Message, "$changeStream"):
		d.Action = "changeStream"
	case said[2] == "update" && strings.Contains(answer.Message, "upsert: true"):
		d.Action = "insert or update"
	}
	return d, true
}

// refusedCommand is as MongoDB repeats it, up to the collection: a command for a whole database has
// a number in its place.
var refusedCommand = regexp.MustCompile(
	`not authorized on (\S+) to execute command \{ (\w+): (?:"([^"]+)")?`)

// actions are the privileges that commands need, by the names of the commands.
var actions = map[string]string{
	"find": "find", "aggregate": "find", "count": "find",
	"insert": "insert", "update": "update", "delete": "remove",
	"listCollections": "listCollections", "listIndexes": "listIndexes",
	"create": "createCollection", "drop": "dropCollection",
	"createIndexes": "createIndex", "dropIndexes": "dropIndex",
}
