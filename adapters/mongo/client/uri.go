package client

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"go.mongodb.org/mongo-driver/mongo/options"
	"go.mongodb.org/mongo-driver/mongo/readconcern"
	"go.mongodb.org/mongo-driver/mongo/readpref"
	"go.mongodb.org/mongo-driver/mongo/writeconcern"
	"go.mongodb.org/mongo-driver/x/mongo/driver/connstring"

	"orders/ports/clock"
)

const (
	appName         = "orders"
	defaultDatabase = "cqrs_demo"

	// ReachTimeout is how long a start waits for a server.
	ReachTimeout = 10 * time.Second
	ReachPause   = 100 * time.Millisecond
	askTimeout   = 500 * time.Millisecond

	// selectTimeout is how long an operation waits for a primary, unless the URI says otherwise.
	selectTimeout = 2 * time.Second
	// dialTimeout also bounds how long a server that went silent is still believed to be there.
	dialTimeout = 5 * time.Second
	// ackTimeout is how long a server waits for a majority. It is shorter than attemptTimeout, so
	// that a slow majority gives an answer instead of a cut connection.
	ackTimeout = 2500 * time.Millisecond
	// CloseTimeout is how long a server is given to forget a cursor.
	CloseTimeout = time.Second
	// AttemptTimeout bounds each write, for a frozen primary would hold it until it thaws.
	AttemptTimeout = 3 * time.Second
)

// An address is what a URI says.
type address struct {
	options  *options.ClientOptions
	database string
}

// locate reads a URI. The hosts of mongodb+srv it asks DNS for, which may take a while to know
// them, as at the start of a container: that is waited for, at most reachTimeout.
func locate(ctx context.Context, uri string) (address, error) {
	locating, cancel := context.WithTimeout(ctx, ReachTimeout)
	defer cancel()
	for {
		a, err := readWithin(locating, uri)
		var lookup *net.DNSError
		switch {
		case err == nil:
			return a, nil
		case !errors.As(err, &lookup) && locating.Err() == nil:
			return address{}, fmt.Errorf("the MongoDB URI cannot be used: %s", fault(err))
		case clock.Sleep(locating, ReachPause) == nil:
			continue
		case ctx.Err() != nil:
			return address{}, fmt.Errorf("look for MongoDB at %s: %w", hostsOf(uri), ctx.Err())
		}
		return address{}, fmt.Errorf("MongoDB at %s cannot be used after %v: %s",
			hostsOf(uri), ReachTimeout, lookupFault(lookup))
	}
}

// readWithin reads a URI for as long as ctx lasts, which the driver's look-ups do not know.
func readWithin(ctx context.Context, uri string) (address, error) {
	type result struct {
		address
		err error
	}
	read := make(chan result, 1)
	go func() {
		a, err := readURI(uri)
		read <- result{a, err}
	}()
	select {
	case r := <-read:
		return r.address, r.err
	case <-ctx.Done():
		return address{}, ctx.Err()
	}
}

// readURI has the driver read a URI, and looks at what that takes without a word.
func readURI(uri string) (address, error) {
	parsed, err := connstring.ParseAndValidate(uri)
	if err != nil {
		return address{}, err
	}
	name := parsed.Database
	if name == "" {
		name = defaultDatabase
	}
	if err := checkName(uri, name); err != nil {
		return address{}, err
	}
	o := settings(uri, parsed)
	return address{o, name}, o.Validate()
}

func settings(uri string, parsed *connstring.ConnString) *options.ClientOptions {
	o := options.Client().ApplyURI(uri).
		SetRetryWrites(true).
		SetWriteConcern(durable()).
		SetReadConcern(readconcern.Majority()).
		SetReadPreference(readpref.Primary())
	if parsed.AppName == "" {
		o.SetAppName(appName)
	}
	if !parsed.ServerSelectionTimeoutSet {
		o.SetServerSelectionTimeout(selectTimeout)
	}
	if !parsed.ConnectTimeoutSet {
		o.SetConnectTimeout(dialTimeout)
	}
	return o
}

// reserved are MongoDB's own databases, of which there are no change streams.
var reserved = []string{"admin", "config", "local"}

const nameMax = 63 // Bytes of a database's name.

var errUserInfo = errors.New("unescaped @ sign in user info")

// checkName refuses names that no database of ours can have. An @ in the path ends a password that
// has a slash and an @ in it; what stands before would be taken for a host, and told as such.
func checkName(uri, name string) error {
	_, rest, _ := strings.Cut(uri, "://")
	rest, _, _ = strings.Cut(rest, "?")
	isOdd := func(r rune) bool { return unicode.IsControl(r) || strings.ContainsRune(`/\. "$`, r) }
	switch {
	case strings.Count(rest, "@") > 1:
		return errUserInfo
	case slices.Contains(reserved, strings.ToLower(name)):
		return fmt.Errorf("it names %s, a database of MongoDB's own that has no change streams; "+
			"name another one in its path, and if the user is kept in %[1]s, add authSource=%[1]s",
			strings.ToLower(name))
	case strings.ContainsFunc(name, isOdd):
		return errors.New("its database has a character in its name that MongoDB does not take")
	case len(name) > nameMax:
		return fmt.Errorf("the name of its database is longer than %d bytes", nameMax)
	}
	return nil
}

// faults are what the driver calls the faults of a URI, and what we say. The driver would repeat
// what it does not understand, which may be a part of a password that holds a slash or a colon.
var faults = []struct{ theirs, ours string }{
	{"scheme must be", "it must begin with mongodb:// or mongodb+srv://"},
	{"unescaped slash in", mustEncode},
	{"unescaped colon in", mustEncode},
	{"unescaped @ sign in", mustEncode},
	{"invalid username:", mustEncode},
	{"invalid password:", mustEncode},
	{"username required if URI contains", "it has a password, or an @, but no user"},
	{"must have a / before the query", "a / is missing before the ?"},
	{"port must be", "the port of a host must be a number from 1 to 65535"},
	{"must not include a port", "with mongodb+srv the host must have no port"},
	{"one and only one hostname", "with mongodb+srv there must be one host"},
	{"invalid host", "a host in it is not spelled as one"},
	{"at least 1 host", "it names no host"},
	{"invalid database", "its database has a % in its name that begins no escape"},
	{"invalid option key", "the name of an option has a % that begins no escape"},
	{"invalid option value", "the value of an option has a % that begins no escape"},
	{"invalid option", "an option is not of the form name=value"},
	{"unknown read preference", "the value of readPreference is not one"},
	{"invalid authMechanism property", "the value of authMechanismProperties is not of the form " +
		"name:value"},
	{"invalid auth mechanism", "the value of authMechanism is not one"},
}

const mustEncode = "percent-encode special characters in user and password, " +
	"such as %40 for @, %2F for / and %3A for :"

var (
	badValue = regexp.MustCompile(`^(?:invalid value for|invalid) ["'](\w+)["']`)
	quoted   = regexp.MustCompile(`"[^"]*"`)
)

// fault says why a URI cannot be used, without a part of it that may be a secret.
func fault(err error) string {
	var file *fs.PathError
	if errors.As(err, &file) {
		return fmt.Sprintf("its file %s cannot be read: %s", file.Path, file.Err)
	}
	text := err.Error()
	if _, after, found := strings.Cut(text, "ing uri: "); found { // "error parsing", "validating".
		text = after
	}
	for _, f := range faults {
		if strings.Contains(text, f.theirs) {
			return f.ours
		}
	}
	if option := badValue.FindStringSubmatch(text); option != nil {
		return fmt.Sprintf("the value of %s is not one that it takes", option[1])
	}
	return quoted.ReplaceAllString(text, "…")
}

// lookupFault says what became of a look-up, nil if it was not answered.
func lookupFault(err *net.DNSError) string {
	switch {
	case err == nil || err.IsTimeout:
		return "DNS does not answer"
	case err.IsNotFound:
		return "DNS knows no such host"
	}
	return "DNS fails: " + err.Err
}

// hostsOf is the part of a URI that names hosts. As for the driver, a login goes up to the first @,
// whatever is in it.
func hostsOf(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	if _, hosts, hasLogin := strings.Cut(rest, "@"); hasLogin {
		rest = hosts
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		rest = rest[:i]
	}
	return rest[strings.LastIndex(rest, "@")+1:]
}

func durable() *writeconcern.WriteConcern {
	journal := true
	return &writeconcern.WriteConcern{
		W: "majority", Journal: &journal, WTimeout: ackTimeout,
	}
}
