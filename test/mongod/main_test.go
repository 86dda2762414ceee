package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.mongodb.org/mongo-driver/bson"
	"go.mongodb.org/mongo-driver/mongo"
	"go.mongodb.org/mongo-driver/mongo/options"

	"orders/test/mongotest/server"
	"orders/test/process"
)

// asMain makes this test binary behave as the command.
const asMain = "ORDERS_MONGOD_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asMain) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestDataIsKeptForTheNextTimeOnAnyPort(t *testing.T) {
	needsMongod(t)
	data := t.TempDir()
	for begun := range int64(3) {
		port := process.FreePort()
		command := start(t, port, data)
		uri := command.uri(t)
		c, disconnect := collection(t, uri)
		if n, err := c.CountDocuments(t.Context(), bson.D{}); n != begun || err != nil {
			t.Fatalf("%d documents (%v) at start %d", n, err, begun)
		}
		if _, err := c.InsertOne(t.Context(), bson.D{}); err != nil {
			t.Fatal(err)
		}
		disconnect()
		command.stop(t)
		if err := process.Listenable(port); err != nil {
			t.Fatalf("mongod still runs: %v", err)
		}
	}
}

func TestATakenPortIsRefusedInOneSentence(t *testing.T) {
	needsMongod(t)
	port := process.FreePort()
	command := start(t, port, t.TempDir())
	command.uri(t)
	second := mainCommand(t, port, t.TempDir())
	out, err := second.CombinedOutput()
	said := strings.TrimSpace(string(out))
	if err == nil || second.ProcessState.ExitCode() != 1 {
		t.Errorf("it ends with %v", err)
	}
	if !strings.Contains(said, "is taken") || strings.Count(said, "\n") > 0 {
		t.Errorf("it says %q", said)
	}
	command.stop(t)
}

// needsMongod skips where this command cannot work, as on a Mac that has only Docker.
func needsMongod(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a real mongod, which -short does without")
	}
	if _, err := server.Find(); err != nil {
		t.Skipf("no mongod on PATH and none to be fetched: %v", err)
	}
}

// mainCommand is this command, which ends in good order if the test ends before it.
func mainCommand(t *testing.T, port int, data string) *exec.Cmd {
	t.Helper()
	args := []string{"--port", strconv.Itoa(port), "--data", data}
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.Env = append(os.Environ(), asMain+"=1")
	return cmd
}

type command struct {
	*exec.Cmd
	lines *bufio.Scanner
}

func start(t *testing.T, port int, data string) command {
	t.Helper()
	cmd := mainCommand(t, port, data)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return command{cmd, bufio.NewScanner(out)}
}

// uri returns what the line says that a person would paste into a shell.
func (c command) uri(t *testing.T) string {
	t.Helper()
	c.lines.Scan()
	uri, ok := strings.CutPrefix(c.lines.Text(), "export MONGODB_URI='")
	if !ok || !strings.HasSuffix(uri, "'") {
		t.Fatalf("it prints %q", c.lines.Text())
	}
	return strings.TrimSuffix(uri, "'")
}

func (c command) stop(t *testing.T) {
	t.Helper()
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("after SIGTERM it ends with %v", err)
	}
}

func collection(t *testing.T, uri string) (c *mongo.Collection, disconnect func()) {
	t.Helper()
	client, err := mongo.Connect(t.Context(), options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	return client.Database(database).Collection("things"), func() {
		_ = client.Disconnect(context.Background())
	}
}
