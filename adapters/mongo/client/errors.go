package client

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	driver "go.mongodb.org/mongo-driver/mongo"
	xdriver "go.mongodb.org/mongo-driver/x/mongo/driver"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"orders/ports"
)

// Codes of MongoDB's errors.
const (
	codeUnauthorized         = 13
	codeAuthenticationFailed = 18
	CodeNamespaceNotFound    = 26
	CodeIndexNotFound        = 27
	CodeIndexOptionsConflict = 85

	CodeCollectionUUIDMismatch = 361
	codeUnknownField           = 40415
	codeAtlas                  = 8000 // What Atlas refuses by itself.
	CodeDuplicateKey           = 11000
)

// forEver are the codes of refusals that are the document's own fault, so that no later try fares
// better: bad value, invalid BSON, failed validation, too large, too large once updated.
// Whatever else a server may say can pass: blocked writes, a full disk, a database that is being
// dropped.
var forEver = []int{2, 22, 121, 10334, 17419, 17420}

func IsForEver(e driver.WriteError) bool {
	return slices.Contains(forEver, e.Code) || e.Code == CodeDuplicateKey && !IsTaken(e)
}

// errRefused means that MongoDB will never take what was to be written.
var errRefused = errors.New("MongoDB refuses it")

// IsTaken reports whether the document's _id is somebody's. Other unique indexes are not ours.
func IsTaken(e driver.WriteError) bool {
	return e.Code == CodeDuplicateKey && strings.Contains(e.Message, " index: _id_ ")
}

// RefusalOf tells a refusal that may end from one that will not.
func RefusalOf(e driver.WriteError) error {
	if IsForEver(e) {
		return fmt.Errorf("%w: %w", errRefused, e)
	}
	return fmt.Errorf("%w: %s", ports.ErrUnavailable, e.Error())
}

// Translate says in the words of the ports why a caller with ctx does not get an answer. Texts of
// MongoDB stay as texts: that a write timed out inside does not mean that the caller's time is up.
func Translate(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, driver.ErrNoDocuments):
		return ports.ErrNotFound
	case errors.Is(err, ports.ErrConflict), errors.Is(err, ports.ErrNotFound),
		errors.Is(err, ports.ErrUnavailable), errors.Is(err, errRefused):
		return err
	}
	return fmt.Errorf("%w: %s", ports.ErrUnavailable, Plain(err))
}

// hasCode reports whether a server answered with a code.
func hasCode(err error, code int) bool {
	var answer driver.ServerError
	return errors.As(err, &answer) && answer.HasErrorCode(code)
}

// NeverSent reports whether err means that a command did not even leave: there was no server or
// no connection to send it on. The driver prefers the error of an attempt that was sent.
func NeverSent(err error) bool {
	var (
		answered   driver.CommandError
		noServer   topology.ServerSelectionError
		noneFree   topology.WaitQueueTimeoutError
		cleared    xdriver.RetryablePoolError
		connection topology.ConnectionError
	)
	switch {
	case errors.As(err, &answered): // Also what was cut on the way.
		return false
	case errors.As(err, &noServer), errors.As(err, &noneFree), errors.As(err, &cleared):
		return true
	}
	return errors.As(err, &connection)
}

// repeated is the command that a denial repeats, with the order in it.
var repeated = regexp.MustCompile(`(?s)( to execute command) \{ (\w+):.*`)

// Plain is the text of err without what nobody needs to read in a log.
func Plain(err error) string { return Brief(err.Error()) }

func Brief(text string) string { return repeated.ReplaceAllString(text, "$1 $2") }

// Short is err with a text that is plain.
func Short(err error) error { return shortError{err} }

// A shortError is one whose text is plain.
type shortError struct{ error }

func (e shortError) Error() string { return Plain(e.error) }
func (e shortError) Unwrap() error { return e.error }
