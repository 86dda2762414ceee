package journal

import (
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/client"
	"orders/ports"
)

// A verdict is what one attempt did with one document.
type verdict struct {
	fate fate
	err  error
}

type fate int

const (
	unknown  fate = iota // It may have been recorded, or may yet be.
	unsent               // This attempt did not record it.
	denied               // This attempt did not record it, and the next ones will not for a while.
	refused              // This attempt did not record it, and the next one would not either.
	conflict             // The key is somebody else's for ever.
	outdated             // This attempt did not record it: its collection has been replaced.
	recorded             // It is durable, by this attempt or an earlier one.
)

// An pendingAppend is one append on its way.
type pendingAppend struct {
	commit   ports.Commit
	document bson.Raw   // Of the commit.
	verdict  chan error // Has room for the one verdict, so nobody needs to listen.
	queued   time.Time  // When it was.
}

func (v verdict) isOutdated() bool { return v.fate == outdated }

// An outcome is what a caller is told of a verdict. While it is not final, the commit is sent
// again.
type outcome func(verdict) (final bool, err error)

// first is the outcome of an append that was sent once.
func (v verdict) first() (final bool, err error) {
	switch v.fate {
	case recorded:
		return true, nil
	case conflict, outdated:
		return true, ports.ErrConflict
	case unsent, denied:
		return true, fmt.Errorf("%w: %s", ports.ErrUnavailable, client.Plain(v.err))
	case refused:
		return true, v.err
	default:
		return false, nil
	}
}

// repeated is the outcome of an append that was sent before: an earlier attempt may have recorded
// it, or may yet do so.
func (v verdict) repeated() (final bool, err error) {
	switch v.fate {
	case recorded:
		return true, nil
	case conflict:
		return true, ports.ErrConflict
	case outdated, denied:
		return true, fmt.Errorf("%w: %s", ports.ErrOutcomeUnknown, client.Plain(v.err))
	case refused:
		return true, fmt.Errorf("%w: %w", ports.ErrOutcomeUnknown, v.err)
	default:
		return false, nil
	}
}

func recordedOf(batch []*pendingAppend, verdicts []verdict) (commits []ports.Commit) {
	for i, e := range batch {
		if verdicts[i].fate == recorded {
			commits = append(commits, e.commit)
		}
	}
	return commits
}
