package client

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/bson/primitive"
	driver "go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"
	xdriver "go.mongodb.org/mongo-driver/x/mongo/driver"
	"go.mongodb.org/mongo-driver/x/mongo/driver/auth"
	"go.mongodb.org/mongo-driver/x/mongo/driver/topology"

	"orders/ports/clock"
)

// Connect opens the database that a URI names and waits until it can be used, at most 10 seconds.
// Its errors are one sentence each, and tell no credentials.
func Connect(ctx context.Context, uri string) (*Database, error) {
	d, err := Open(ctx, uri, nil)
	if err != nil {
		return nil, err
	}
	if err := d.Reach(ctx); err != nil {
		_ = d.Close(context.WithoutCancel(ctx)) // Nothing was opened that could be lost.
		return nil, err
	}
	return d, nil
}

// Reach waits until the servers take writes, at most 10 seconds. It refuses a stand-alone server,
// which has no change streams, and says how to make it a replica set.
func (d *Database) Reach(ctx context.Context) error {
	reaching, cancel := context.WithTimeout(ctx, ReachTimeout)
	defer cancel()
	var told error // That its set is not initiated, which a server says while it answers in time.
	for {
		err := d.ready(reaching)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, errNotInitiated):
			told = err
		case told != nil && Reason(err) == noPrimary:
			err = told
		case errors.Is(err, errAlone):
			return fmt.Errorf("MongoDB at %s %w: start mongod with --replSet rs0 and run once: %s",
				d.Hosts(), err, d.initiate())
		case isRefusedLogin(err):
			return fmt.Errorf("MongoDB at %s %s", d.Hosts(), d.refusal(err))
		}
		if clock.Sleep(reaching, ReachPause) == nil {
			continue
		}
		if ctx.Err() != nil {
			return fmt.Errorf("connect to MongoDB at %s: %w", d.Hosts(), ctx.Err())
		}
		why := Reason(err)
		if errors.Is(err, errNotInitiated) {
			why += "; run once: " + d.initiate()
		}
		return fmt.Errorf("MongoDB at %s cannot be used after %v: %s",
			d.Hosts(), ReachTimeout, why)
	}
}

// initiate is the line that makes a server a replica set of one.
func (d *Database) initiate() string {
	return fmt.Sprintf("mongosh %s --eval 'rs.initiate()'", d.options.Hosts[0])
}

var (
	errAlone        = errors.New("is a stand-alone server, which has no change streams")
	errNotInitiated = errors.New("its replica set was never initiated")
	errNoPrimary    = errors.New("it is no primary, and knows of none")
)

// Hello is what a server says about itself.
type Hello struct {
	Writable   bool   `bson:"isWritablePrimary"`
	SetName    string `bson:"setName"`
	Me         string `bson:"me"`           // The host by which its set knows it.
	ReplicaSet bool   `bson:"isreplicaset"` // Of one that was not initiated.
	Message    string `bson:"msg"`          // "isdbgrid" from the router of a sharded cluster.
	LastWrite  struct {
		Newest struct {
			At primitive.Timestamp `bson:"ts"`
		} `bson:"opTime"` // Up to which the server itself has everything.
		Majority struct {
			At   primitive.Timestamp `bson:"ts"`
			Term int64               `bson:"t"`
		} `bson:"majorityOpTime"` // Up to which a majority has everything.
	} `bson:"lastWrite"` // Nothing from a router.
	Operation primitive.Timestamp `bson:"operationTime"` // Not before anything that it knows.
	Election  primitive.ObjectID  `bson:"electionId"`    // Of a primary.
}

func (h Hello) err() error {
	switch {
	case h.ReplicaSet:
		return errNotInitiated
	case h.SetName == "" && h.Message != "isdbgrid":
		return errAlone
	case !h.Writable:
		return errNoPrimary
	}
	return nil
}

// ready reports why the servers cannot be used now. When the driver finds no primary, the first
// host is asked directly: a URI with replicaSet= hides a stand-alone server.
func (d *Database) ready(ctx context.Context) error {
	said, err := AskHello(ctx, d.Handle)
	if err == nil {
		return said.err()
	}
	if errors.As(err, &topology.ServerSelectionError{}) {
		if said, failed := d.askDirectly(ctx); failed == nil {
			return cmp.Or(d.explain(said), err)
		}
	}
	return err
}

// explain says why the driver finds no primary though a server answers like that.
func (d *Database) explain(said Hello) error {
	wanted := d.options.ReplicaSet
	switch {
	case said.err() != nil:
		return said.err()
	case wanted != nil && said.SetName != *wanted:
		return fmt.Errorf("its replica set is %s, not %s as the URI says", said.SetName, *wanted)
	case said.Me != "" && !slices.Contains(d.options.Hosts, said.Me):
		return fmt.Errorf("its replica set knows it as %s, where nobody answers; "+
			"to use it as it is, add directConnection=true to the URI", said.Me)
	}
	return nil
}

// Ready reports why the database does not take writes now, for as long as ctx lasts.
func (d *Database) Ready(ctx context.Context) error {
	said, err := AskHello(ctx, d.Handle)
	if err == nil {
		err = said.err()
	}
	if err != nil {
		return fmt.Errorf("MongoDB at %s cannot be used: %s", d.Hosts(), Reason(err))
	}
	return nil
}

func AskHello(ctx context.Context, database *driver.Database) (said Hello, err error) {
	command := bson.D{{Key: "hello", Value: 1}}
	return said, database.RunCommand(ctx, command).Decode(&said)
}

// askDirectly has a little time of its own, for it tells why the time of ctx did not do.
func (d *Database) askDirectly(ctx context.Context) (Hello, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTimeout)
	defer cancel()
	direct := *d.options
	direct.ReplicaSet = nil
	client, err := driver.Connect(ctx, &direct,
		options.Client().SetHosts(d.options.Hosts[:1]).SetDirect(true))
	if err != nil {
		return Hello{}, err
	}
	defer func() { _ = client.Disconnect(context.WithoutCancel(ctx)) }()
	return AskHello(ctx, client.Database(d.Name()))
}

// isRefusedLogin reports whether a server answered to the user of the URI, and not in his favour.
// A connection that is lost meanwhile has the same error around another.
func isRefusedLogin(err error) bool {
	var login *auth.Error
	var answer xdriver.Error
	return errors.As(err, &login) && (errors.As(err, &answer) && !answer.NetworkError() ||
		login.Inner() == nil)
}

// refusal says why the user of the URI may not log in, without the server's text, which may name
// the user.
func (d *Database) refusal(err error) string {
	var answer xdriver.Error
	if errors.As(err, &answer) && answer.Code != codeAuthenticationFailed &&
		answer.Code != codeAtlas {
		return "does not let the user of the URI log in: " + answer.Name
	}
	text := "refuses the user and password of the URI"
	if login := d.options.Auth; login != nil && login.AuthSource == d.Name() {
		text += fmt.Sprintf("; it looks for them in database %s, so add authSource=admin if the "+
			"user is kept there", d.Name())
	}
	return text
}

// noPrimary is the reason where no server says another one.
const noPrimary = "no primary was found"

// Reason digs out the cause that a person can act on.
func Reason(err error) string {
	var selection topology.ServerSelectionError
	if errors.As(err, &selection) {
		err = errors.New(noPrimary)
		for _, server := range selection.Desc.Servers {
			if server.LastError != nil {
				err = server.LastError
			}
		}
	}
	if lookup := (*net.DNSError)(nil); errors.As(err, &lookup) {
		return fmt.Sprintf("%s: %s", lookup.Name, lookupFault(lookup))
	}
	for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(err) {
		err = cause
	}
	return err.Error()
}
