package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/bson"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
)

// Tasks are what a process does with its databases besides reading them.
type Tasks struct {
	Appends  bool // It records commits.
	Follows  bool // It follows the commits by a change stream.
	Projects bool // It keeps the views.
}

// A step is one thing that a process has to be able to do.
type step struct {
	does    string // As in "the user may not … it".
	on      string // The collection.
	actions string // The privileges that this takes.
	try     func(context.Context) error
}

// steps are what the tasks take of the collection of a set, and of those that go with it.
func (d *Database) steps(ctx context.Context, set Set) ([]step, error) {
	if set.Collection == commitsName {
		return d.commitSteps(), nil
	}
	m := OpenModel(d, set)
	s, err := m.read(ctx)
	if err != nil && !isUnauthorized(err) {
		return nil, err
	}
	views := m.name(max(1, s.Live.Number))
	all := []step{d.reads(views), d.reads(statesName)}
	if !d.tasks.Projects {
		return all, nil
	}
	return append(all,
		d.reads(parkedName), d.lists(views),
		d.writes(views, "save views to", "insert, update", upsertOne),
		d.writes(statesName, "keep positions in", "insert, update", upsertOne),
		d.writes(leasesName, "lead by a lease in", "insert, update, remove", upsertOne, deleteOne),
		d.writes(parkedName, "park orders in", "insert, update, remove", upsertOne, deleteOne),
		step{"make the indexes of", views, "createIndex", func(ctx context.Context) error {
			return d.indexAgain(ctx, views)
		}}), nil
}

func (d *Database) commitSteps() []step {
	all := []step{d.reads(commitsName)}
	if d.tasks.Follows {
		all = append(all, d.lists(commitsName),
			step{"follow the changes of", commitsName, "changeStream", d.watches})
	}
	if d.tasks.Appends {
		all = append(all, d.writes(commitsName, "record commits in", "insert", insertOne))
	}
	return all
}

func (d *Database) reads(name string) step {
	return step{"read", name, "find", func(ctx context.Context) error {
		err := d.collection(name).FindOne(ctx, bson.D{{Key: "_id", Value: trialID()}}).Err()
		if errors.Is(err, driver.ErrNoDocuments) {
			return nil
		}
		return err
	}}
}

func (d *Database) lists(name string) step {
	return step{"look for", name, "listCollections", func(ctx context.Context) error {
		_, err := uuidOf(ctx, d.collection(name))
		return err
	}}
}

func (d *Database) watches(ctx context.Context) error {
	stream, err := d.collection(commitsName).Watch(ctx, insertsOnly,
		options.ChangeStream().SetBatchSize(0))
	if err == nil {
		closeSoon(ctx, stream)
	}
	return err
}

// indexAgain asks for an index that is there already, which changes nothing.
func (d *Database) indexAgain(ctx context.Context, name string) error {
	there, err := indexesOf(ctx, d.collection(name))
	if err != nil || len(there) == 0 {
		return err
	}
	return build(ctx, d.collection(name), bson.A{there[0].raw})
}

// Codes of a rehearsal that prove nothing against the real thing: those of a server that knows no
// transactions or cannot make a collection in one, a rival, a lock, and a rule for documents that
// ours obey.
var inconclusive = []int{20, 24, 112, 115, 121, 251, 263, 303, codeDuplicateKey}

// Codes of a server that is on its way to another state, as Ready tells sooner.
var passing = []int{50, 89, 91, 189, 262, 10107, 11600, 11602, 13435, 13436}

// outcome is nil after a step that could be done or proves nothing, and ErrUndecided wraps what
// may be otherwise in a moment.
func outcome(err error) error {
	code, isAnswer := codeOf(err)
	switch {
	case err == nil, slices.Contains(inconclusive, code):
		return nil
	case !isAnswer && !isDenied(err), slices.Contains(passing, code):
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
func (d *Database) try(ctx context.Context, set Set) error {
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	steps, err := d.steps(ctx, set)
	if errors.Is(err, errDamaged) {
		return &lackError{err.Error(), true}
	}
	if err != nil {
		return outcome(err)
	}
	for _, s := range steps {
		if err := outcome(s.try(ctx)); err != nil {
			return d.lacks(s, err)
		}
	}
	return nil
}

// trialTimeout bounds the trial of a set.
const trialTimeout = 5 * time.Second

// A lackError is one sentence about what a process cannot do.
type lackError struct {
	text   string
	denied bool // So that it will be so until somebody mends it.
}

func (e *lackError) Error() string { return e.text }

// lacks says what the process cannot do, and what to do about it.
func (d *Database) lacks(s step, err error) error {
	what := fmt.Sprintf("%s %s in database %s", s.does, s.on, d.Name())
	switch {
	case errors.Is(err, errUndecided):
		return err
	case !isUnauthorized(err):
		return &lackError{fmt.Sprintf("MongoDB at %s cannot be used to %s: %s",
			d.Hosts(), what, plain(err)), false}
	case d.options.Auth == nil:
		return &lackError{fmt.Sprintf("MongoDB at %s lets nobody without a user %s: "+
			"put user and password into its URI", d.Hosts(), what), true}
	}
	return &lackError{fmt.Sprintf("MongoDB at %s does not let the user of its URI %s: grant the "+
		"role %s on %s, or the privilege %s on %s, or name another database in the path of the URI",
		d.Hosts(), what, d.role(s), d.Name(), s.actions, s.on), true}
}

// role is the one that is made for what the process does there.
func (d *Database) role(s step) string {
	writes := d.tasks.Projects
	if s.on == commitsName {
		writes = d.tasks.Appends
	}
	if writes {
		return "readWrite"
	}
	return "read"
}

// unmigrated says what to do if the user may not prepare a set that is not prepared yet.
func (d *Database) unmigrated(set Set, err error) error {
	why := plain(err)
	if answer, is := answerIn(err); is {
		why = brief(answer.Message)
	}
	return &lackError{fmt.Sprintf("MongoDB at %s does not let the user of its URI make what %s "+
		"lacks in database %s (%s): grant the role readWrite on it, or run `orders migrate up` "+
		"with a user who has that", d.Hosts(), set.Collection, d.Name(), why), true}
}
