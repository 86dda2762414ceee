package mongotest

import (
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
)

// failPoint is the fail point of FailCommand.
const failPoint = "failCommand"

// failAppName is the client that arms failures. A failure for another appName spares it.
const failAppName = "mongotest"

// FailCommand makes the server behind uri fail the next commands, as many as times says or, if
// that is 0, all until it is disarmed: by the function returned, or after the test. How they fail
// is the data of MongoDB's fail point failCommand, such as
//
//	bson.M{"failCommands": bson.A{"insert"}, "errorCode": 10107,
//		"errorLabels": bson.A{"NoWritesPerformed"}}
//
// and also writeConcernError, closeConnection, blockConnection with blockTimeMS, appName and
// namespace. A server has one such failure at a time, for all its databases: until its test ends,
// other tests wait that arm one (see claim), and their clients meet it, too, unless it names an
// appName. The uri is one of BreakableURI, or of a Server; that of a ReplicaSet leads to its
// primary.
func FailCommand(tb testing.TB, uri string, times int, how bson.M) (disarm func()) {
	tb.Helper()
	mode := any(bson.M{"times": times})
	if times == 0 {
		mode = "alwaysOn"
	}
	claim(tb, uri, failPoint)
	if err := configure(uri, mode, how); err != nil {
		tb.Fatalf("arm failCommand: %v", err)
	}
	disarm = sync.OnceFunc(func() {
		if err := configure(uri, "off", nil); err != nil {
			tb.Logf("disarm failCommand on a server that may be gone: %v", err)
		}
	})
	tb.Cleanup(disarm)
	return disarm
}

func configure(uri string, mode any, how bson.M) error {
	command := bson.D{{Key: "configureFailPoint", Value: failPoint}, {Key: "mode", Value: mode}}
	if how != nil {
		command = append(command, bson.E{Key: "data", Value: how})
	}
	return test(uri, command, nil)
}
