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

// permanent are the codes of refusals for a fault of the document itself, so that no later try
// fares better. Whatever else a server may say can pass: blocked writes, a full disk, a database
// that is being dropped.
var permanent = []int{
	codeBadValue, codeInvalidBSON, CodeDocumentValidationFailure, codeBSONObjectTooLarge,
	codeTooLargeOnceUpdated, codeTooLargeToInsert,
}

// IsPermanent reports whether the server will always refuse the document.
func IsPermanent(e driver.WriteError) bool {
	return slices.Contains(permanent, e.Code) || e.Code == CodeDuplicateKey && !IsTaken(e)
}

// errRefused means that MongoDB will never take what was to be written.
var errRefused = errors.New("MongoDB refuses it")

// IsTaken reports whether another document has the _id. A duplicate key of any other unique index
// is something else: this program makes no such index.
func IsTaken(e driver.WriteError) bool {
	return e.Code == CodeDuplicateKey && strings.Contains(e.Message, " index: _id_ ")
}

// RefusalOf is the error of a refused statement: ports.ErrUnavailable if a later try may succeed.
func RefusalOf(e driver.WriteError) error {
	if IsPermanent(e) {
		return fmt.Errorf("%w: %w", errRefused, e)
	}
	return fmt.Errorf("%w: %s", ports.ErrUnavailable, e.Error())
}

// Translate turns an error into one of the ports for a caller with ctx. The driver's errors stay in
// it as text only: a timeout inside the driver is not the end of the caller's context.
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
	if denial, is := DenialIn(err); is {
		return fmt.Errorf("%w: %w", ports.ErrUnavailable, denial)
	}
	return fmt.Errorf("%w: %s", ports.ErrUnavailable, Plain(err))
}

// hasCode reports whether a server answered with a code.
func hasCode(err error, code int) bool {
	var answer driver.ServerError
	return errors.As(err, &answer) && answer.HasErrorCode(code)
}

// NeverSent reports whether a command was not sent, as there was no server or no connection to send
// it on. If the driver sent it at least once, err is the error of that attempt.
func NeverSent(err error) bool {
	var (
		answered   driver.CommandError
		noServer   topology.ServerSelectionError
		noneFree   topology.WaitQueueTimeoutError
		cleared    xdriver.RetryablePoolError
		connection topology.ConnectionError
	)
	switch {
	case errors.As(err, &answered): // The driver wraps a cut connection in it, too.
		return false
	case errors.As(err, &noServer), errors.As(err, &noneFree), errors.As(err, &cleared):
		return true
	}
	return errors.As(err, &connection)
}

// repeatedCommand is the command in the text of a denial. It holds the order, which no log may.
var repeatedCommand = regexp.MustCompile(`(?s)( to execute command) \{ (\w+):.*`)

// Plain is the text of err without the documents of the command.
func Plain(err error) string { return Brief(err.Error()) }

// Brief is a text of the server without the documents of the command.
func Brief(text string) string { return repeatedCommand.ReplaceAllString(text, "$1 $2") }

// Short is err with its text made Plain.
func Short(err error) error { return shortError{err} }

type shortError struct{ error }

func (e shortError) Error() string { return Plain(e.error) }
func (e shortError) Unwrap() error { return e.error }

// lostCodes are those of errors after which a change stream cannot be resumed: the server's history
// begins later, the token is of another stream or of none, or the collection is gone.
var lostCodes = []int32{
	codeChangeStreamHistoryLost, codeChangeStreamFatalError, codeInvalidResumeToken,
	codeCappedPositionLost, codeFailedToParse, codeOverflow, codeForeignResumeToken,
}

// IsLost reports whether a change stream cannot be resumed from its place.
func IsLost(err error) bool {
	var refused driver.CommandError
	return errors.As(err, &refused) &&
		(refused.HasErrorLabel("NonResumableChangeStreamError") ||
			slices.Contains(lostCodes, refused.Code))
}
