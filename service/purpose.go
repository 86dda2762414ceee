package service

import (
	"errors"
	"fmt"
	"strings"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/startup"
)

// A purpose is why a process uses the stores.
type purpose int

const (
	serving    purpose = iota // The process serves its roles.
	operating                 // It runs a command of an operator that only reads,
	repairing                 // puts right views in place,
	retrying                  // tries parked orders again,
	rebuilding                // or fills a generation;
	watching                  // shows how far brokers are told,
	telling                   // or has them told again;
	exporting                 // reads all commits,
	importing                 // records those of a file that has no keys of the original,
	takingOver                // or orders of the Node.js original and their keys,
	rehearsing                // or only says which of these it would refuse.
)

// tasks are what a process with a purpose does with its databases.
func (p purpose) tasks(c Config) startup.Tasks {
	switch p {
	case serving:
	case watching, telling:
		return startup.Tasks{
			SeesRelays: true, Subscribes: p == telling, ByBroker: !c.Feed.isOfStore(),
			Role: "the role operator",
		}
	case exporting:
		return startup.Tasks{Follows: true, Role: "the role operator"}
	case rehearsing:
		return startup.Tasks{Rehearses: true, Role: "the role import"}
	case importing, takingOver:
		return startup.Tasks{
			Appends: true, Attends: p == takingOver, TakesOver: p == takingOver,
			Role: "the role import",
		}
	default:
		return startup.Tasks{
			Follows: true, ByBroker: !c.Feed.isOfStore(), Role: "the role operator",
			Repairs: p == repairing, Retries: p == retrying, Rebuilds: p == rebuilding,
		}
	}
	return startup.Tasks{
		Appends:    c.has(Command),
		Attends:    c.has(Command),
		Follows:    c.has(Query) || c.has(Projector) || c.MaxLag > 0,
		ByBroker:   !c.Feed.isOfStore(),
		Subscribes: c.has(Relay) && len(c.publishes()) > 0,
		SeesRelays: (c.has(Query) || c.has(Projector)) && len(c.publishes()) > 0,
		Projects:   c.has(Projector),
		Watches:    c.has(Query),
		Role:       c.spellRoles(),

		SkipMigrations: c.SkipMigrations,
	}
}

func (c Config) spellRoles() string {
	if names := c.roles(); strings.Contains(names, ",") {
		return "a process with the roles " + names
	}
	return "the role " + c.roles()
}

// withRole adds to an error, once, who has the privilege that the user of the URI lacks.
func withRole(role string, err error) error {
	if named := (*roleError)(nil); errors.As(err, &named) {
		return err
	}
	if denial, is := client.DenialIn(err); is {
		return &roleError{err, fmt.Sprintf("%s: %s is one of the role %s", err,
			client.Privilege(denial.Action, denial.Collection), role)}
	}
	return err
}

type roleError struct {
	error
	text string
}

func (e *roleError) Error() string { return e.text }
func (e *roleError) Unwrap() error { return e.error }
