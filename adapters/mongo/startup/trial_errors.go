package startup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/journal"
	"orders/adapters/mongo/migrate"
	"orders/adapters/mongo/readmodel"

	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/subscription"
)

// inconclusive are the codes of a dry run that say nothing about the real command: the server knows
// no transactions, or makes no collection in one; another transaction was in the way; or a rule of
// the collection refused the document of the trial.
var inconclusive = []int{
	client.CodeIllegalOperation, client.CodeLockTimeout, client.CodeWriteConflict,
	client.CodeCommandNotSupported, client.CodeDocumentValidationFailure,
	client.CodeNoSuchTransaction, client.CodeOperationNotSupportedInTransaction,
	client.CodeFeatureNotSupported, client.CodeDuplicateKey,
}

// transient are the codes of a server that is changing its role or is too slow. Ready reports such
// a server sooner than a trial does.
var transient = []int{
	client.CodeMaxTimeMSExpired, client.CodeNetworkTimeout, client.CodeShutdownInProgress,
	client.CodePrimarySteppedDown, client.CodeExceededTimeLimit, client.CodeNotWritablePrimary,
	client.CodeInterruptedAtShutdown, client.CodeInterruptedDueToReplStateChange,
	client.CodeNotPrimaryNoSecondaryOk, client.CodeNotPrimaryOrSecondary,
}

// outcome is nil after a step that could be done or proves nothing, and ErrUndecided wraps what
// may be otherwise in a moment.
func outcome(err error) error {
	code, isAnswer := codeOf(err)
	switch {
	case err == nil, slices.Contains(inconclusive, code):
		return nil
	case !isAnswer && !client.IsDenied(err), slices.Contains(transient, code):
		return fmt.Errorf("%w: %w", errUndecided, err)
	}
	return err
}

var errUndecided = errors.New("it could not be tried")

// codeOf is that of a server's answer.
func codeOf(err error) (code int, isAnswer bool) {
	var answer driver.CommandError
	var partly driver.WriteException
	switch {
	case errors.As(err, &answer):
		return int(answer.Code), !answer.HasErrorLabel("NetworkError")
	case errors.As(err, &partly) && len(partly.WriteErrors) > 0:
		return partly.WriteErrors[0].Code, true
	}
	return 0, false
}

// try tries each step, and tells of the first that cannot be done: what, why, and the remedy.
func (t *Trials) try(ctx context.Context, set migrate.Set) error {
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	steps, err := t.steps(ctx, set)
	if errors.Is(err, readmodel.ErrDamaged) {
		return &trialError{err.Error(), true}
	}
	if err != nil {
		return outcome(err)
	}
	for _, s := range steps {
		if err := outcome(s.try(ctx)); err != nil {
			return t.explain(s, err)
		}
	}
	return nil
}

// trialTimeout bounds the trial of a set.
const trialTimeout = 5 * time.Second

// A trialError is one sentence about what a process cannot do.
type trialError struct {
	text   string
	denied bool // So that it will be so until somebody mends it.
}

func (e *trialError) Error() string { return e.text }

// explain says what the process cannot do, and what to do about it.
func (t *Trials) explain(s step, err error) error {
	what := fmt.Sprintf("%s %s in database %s", s.does, s.on, t.db.Name())
	switch {
	case errors.Is(err, errUndecided):
		return err
	case !client.IsUnauthorized(err):
		return &trialError{fmt.Sprintf("MongoDB at %s cannot be used to %s: %s",
			t.hosts, what, client.Plain(err)), false}
	case !t.db.HasUser():
		return &trialError{fmt.Sprintf("MongoDB at %s lets nobody without a user %s: "+
			"put user and password into its URI", t.hosts, what), true}
	}
	lacks := s.actions
	if denial, is := client.DenialIn(err); is {
		lacks = denial.Action
	}
	return &trialError{fmt.Sprintf("MongoDB at %s does not let the user of its URI %s%s: grant "+
		"the role %s on %s, or %s, or name another database in the path of the URI", t.hosts,
		what, t.asRole(), t.builtInRole(s), t.db.Name(), client.Privilege(lacks, s.on)), true}
}

// asRole tells who has to be able to do it.
func (t *Trials) asRole() string {
	if t.tasks.Role == "" {
		return ""
	}
	return ", as " + t.tasks.Role + " does"
}

// builtInRole is the one of MongoDB's that is made for what the process does there.
func (t *Trials) builtInRole(s step) string {
	writes := t.tasks.Projects || t.tasks.Repairs || t.tasks.Retries || t.tasks.Rebuilds
	switch s.on {
	case journal.Collection, subscription.Collection, subscription.ParkedCollection:
		writes = t.tasks.Appends || t.tasks.Subscribes
	}
	if writes {
		return "readWrite"
	}
	return "read"
}

// explainUnmigrated says what to do if the user may not prepare a set that is not prepared yet.
func (t *Trials) explainUnmigrated(set migrate.Set, err error) error {
	why := client.Plain(err)
	if answer, is := client.AnswerIn(err); is {
		why = client.Brief(answer.Message)
	}
	return &trialError{fmt.Sprintf("MongoDB at %s does not let the user of its URI make what %s "+
		"lacks in database %s (%s): grant the role readWrite on it, or run `orders migrate up` "+
		"with a user who has that", t.hosts, set.Collection, t.db.Name(), why), true}
}
