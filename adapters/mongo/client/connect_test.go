package client_test

import (
	"strings"
	"testing"
	"time"

	"orders/adapters/mongo/client"
	"orders/adapters/mongo/internal/fixture"
	"orders/test/mongotest"
	"orders/test/mongotest/server"
	"orders/test/process"
)

const secret = "s3cret"

func TestAnUnreachableServerIsOneClearSentence(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 10 seconds")
	}
	t.Parallel()
	uri := "mongodb://ann:" + secret + "@127.0.0.1:9,localhost:9/x"
	begun := time.Now()
	_, err := client.Connect(t.Context(), uri)
	wantSentence(t, uri, err,
		"MongoDB at 127.0.0.1:9,localhost:9 cannot be used after 10s: connection refused")
	if took := time.Since(begun); took < 9*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAStandAloneServerIsToldHowToBecomeAReplicaSet(t *testing.T) {
	t.Parallel()
	alone := mongotest.StartAlone(t)
	for _, uri := range []string{
		"mongodb://" + alone.Address(),
		"mongodb://" + alone.Address() + "/x?directConnection=true",
		"mongodb://" + alone.Address() + "/x?replicaSet=rs0",
	} {
		_, err := client.Connect(t.Context(), uri)
		wantSentence(t, uri, err, "MongoDB at "+alone.Address()+" is a stand-alone server")
		if err != nil && !strings.Contains(err.Error(), "rs.initiate()") {
			t.Errorf("%s: %v does not say what to do", uri, err)
		}
	}
}

func wantSentence(t *testing.T, uri string, err error, prefix string) {
	t.Helper()
	switch {
	case err == nil:
		t.Errorf("%s: no error", uri)
	case !strings.HasPrefix(err.Error(), prefix):
		t.Errorf("%s: %v, want %s…", uri, err, prefix)
	case strings.Contains(err.Error(), secret[:2]), strings.Contains(err.Error(), "\n"):
		t.Errorf("%s: %v tells too much", uri, err)
	default:
		t.Log(err)
	}
}

func TestTheDatabaseIsTheURIs(t *testing.T) {
	for uri, want := range map[string]string{
		"mongodb://localhost":                  "cqrs_demo",
		"mongodb://localhost/?replicaSet=rs0":  "cqrs_demo",
		"mongodb://localhost/x?replicaSet=rs0": "x",
	} {
		d, err := client.Open(t.Context(), uri, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d.Name() != want {
			t.Errorf("%s leads to database %s, want %s", uri, d.Name(), want)
		}
		if err := d.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestASetThatIsNotInitiatedIsWaitedForAndToldHow(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a real MongoDB")
	}
	t.Parallel()
	binary, err := server.Find()
	if err != nil {
		t.Skip("no mongod outside of containers: ", err)
	}
	args := append(server.Args(), server.ReplicaSetArgs()...)
	mongod := server.NewProcess(binary, process.FreePort(), t.TempDir(), args...)
	if err := mongod.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mongod.Remove() })
	err = process.AwaitListening(fixture.Patient(t), mongod.Address(), mongod.Exited)
	if err != nil {
		t.Fatal(err)
	}
	uri := "mongodb://" + mongod.Address() + "/x?replicaSet=" + server.SetName
	_, err = client.Connect(t.Context(), uri)
	wantSentence(t, uri, err, "MongoDB at "+mongod.Address()+" cannot be used after 10s: "+
		"its replica set was never initiated; run once: mongosh "+mongod.Address())
	wantReached(t, uri, mongod.Address())
}

// wantReached wants a set to be reached that is initiated a moment later.
func wantReached(t *testing.T, uri, address string) {
	t.Helper()
	initiated := make(chan error, 1)
	time.AfterFunc(time.Second, func() {
		initiated <- server.Initiate(t.Context(), address)
	})
	d, err := client.Connect(t.Context(), uri)
	if failed := <-initiated; failed != nil {
		t.Fatal(failed)
	}
	if err != nil { // It took longer than a start waits.
		t.Log(err)
		d, err = client.Connect(t.Context(), uri)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
