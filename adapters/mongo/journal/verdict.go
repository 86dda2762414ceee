package journal

import (
	"fmt"

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

// An entry is one append on its way.
type entry struct {
	commit   ports.Commit
	document bson.Raw   // Of the commit.
	verdict  chan error // Has room for the one verdict, so nobody needs to listen.
}

func (v verdict) isOutdated() bool { return v.fate == outdated }

// finally is what to tell the caller, if that can be told.
func (v verdict) finally(again bool) (final bool, err error) {
	switch v.fate {
	case recorded:
		return true, nil
	case conflict:
		return true, ports.ErrConflict
	case outdated:
		if again {
			return true, fmt.Errorf("%w: %s", ports.ErrOutcomeUnknown, client.Plain(v.err))
		}
		return true, ports.ErrConflict
	case unsent:
		return !again, fmt.Errorf("%w: %s", ports.ErrUnavailable, client.Plain(v.err))
	case denied:
		if again {
			return true, fmt.Errorf("%w: %s", ports.ErrOutcomeUnknown, client.Plain(v.err))
		}
		return true, fmt.Errorf("%w: %s", ports.ErrUnavailable, client.Plain(v.err))
	case refused:
		if again {
			return true, fmt.Errorf("%w: %w", ports.ErrOutcomeUnknown, v.err)
		}
		return true, v.err
	default:
		return false, nil
	}
}

func recordedOf(batch []*entry, verdicts []verdict) (commits []ports.Commit) {
	for i, e := range batch {
		if verdicts[i].fate == recorded {
			commits = append(commits, e.commit)
		}
	}
	return commits
}
