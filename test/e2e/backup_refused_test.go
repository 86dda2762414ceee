package e2e_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/backupfile"
	"orders/domain/order"
	"orders/ports"
	"orders/test/mongotest"
)

// written is a file of some commits.
func written(t *testing.T, commits ...ports.Commit) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "orders.jsonl")
	p, err := backupfile.OpenPartial(path, func(int) {})
	if err == nil {
		err = p.Begin(backupfile.NewHeader(time.Now(), "test", ""))
	}
	for _, c := range commits {
		if err == nil {
			err = p.Write(c)
		}
	}
	if err == nil {
		err = p.Finish()
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func someCommit(n int, events ...order.Event) ports.Commit {
	return ports.Commit{
		OrderID: order.MakeID([]byte(fmt.Sprintf("%016d.", n))), Version: 1, ID: fmt.Sprint(n),
		At: time.UnixMilli(1_700_000_000_000).UTC(), Events: events, Actor: ports.Anonymous,
	}
}

func ordering(sku string) order.Event {
	return order.Created{UserID: "ann", Lines: []order.Line{
		{SKU: sku, Quantity: 2, Price: order.Money{Minor: 599, Currency: "USD"}},
	}}
}

func TestADamagedFileIsNotImported(t *testing.T) {
	skipShort(t)
	whole := written(t, someCommit(1, ordering("a")), someCommit(2, ordering("b")))
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	for says, content := range map[string][]byte{
		"line 3: the line is damaged": bytes.Replace(text, []byte(`"sku":"b"`),
			[]byte(`"sku":"c"`), 1),
		"cut off":                                text[:len(text)-10],
		"it is no file that orders export wrote": []byte("buy milk\n"),
	} {
		path := filepath.Join(t.TempDir(), "damaged")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if said := operates(t, 1, env, "import", path); !strings.Contains(said, says) {
			t.Errorf("it says %q, want %q", said, says)
		}
		memory := launch(t, "", []string{"PORT=0"}, "--import="+path)
		memory.ends(t, 1, "IMPORT: .*"+says)
	}
	if n := len(recorded(t, uri)); n != 0 {
		t.Errorf("%d commits were recorded", n)
	}
	launch(t, "", env, "--import="+whole).ends(t, 1, "IMPORT is for orders in memory")
	said := operates(t, 1, nil, "export")
	if !strings.Contains(said, "set MONGODB_URI") {
		t.Errorf("an export of nothing that lasts says %q", said)
	}
}

func TestAFileThatDiffersIsNotImported(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	operates(t, 0, env, "import", written(t, someCommit(2, ordering("b"))))
	other := written(t, someCommit(1, ordering("a")), someCommit(2, ordering("c")))
	want := fmt.Sprintf("line 3: version 1 of order %s differs in Events",
		someCommit(2).OrderID)
	if said := operates(t, 1, env, "import", other); !strings.Contains(said, want) {
		t.Errorf("it says %q, want %q", said, want)
	}
	if n := len(recorded(t, uri)); n != 1 {
		t.Errorf("%d commits are there, want the first one alone", n)
	}
}

// A commit of an old form is exported in the newest, and is the same. A damaged one is refused, or
// left out, which the file and its import say.
func TestOldAndDamagedCommitsAreExported(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + uri}
	operates(t, 0, env, "import", written(t, someCommit(1, ordering("a")),
		someCommit(2, ordering("b")), someCommit(3, ordering("c"))))
	change := func(n int, events any) {
		t.Helper()
		key := string(someCommit(n).OrderID) + "/000001"
		_, err := mongotest.Database(t, uri).Collection("order_writes").UpdateOne(t.Context(),
			bson.M{"_id": key}, bson.M{"$set": bson.M{"events": events}})
		if err != nil {
			t.Fatal(err)
		}
	}
	change(1, bson.A{bson.M{"type": "OrderCreated", "schema": 1, "data": bson.M{
		"userId": "ann", "lines": bson.A{bson.M{"sku": "a", "quantity": 2, "price": bson.M{
			"minor": int64(599), "currency": "USD"}}}}}})
	change(2, bson.A{bson.M{"type": "OrderTeleported", "schema": 1, "data": bson.M{}}})
	path := filepath.Join(t.TempDir(), "orders.jsonl")
	damaged := string(someCommit(2).OrderID) + ", version 1"
	if said := operates(t, 1, env, "export", "--out="+path); !strings.Contains(said, damaged) {
		t.Errorf("it says %q, want %q", said, damaged)
	}
	operates(t, 0, env, "export", "--out="+path, "--skip-unreadable") // It goes on with the file.
	file := readBackup(t, path)
	if len(file) != 2 || file[string(someCommit(1).OrderID)] == nil {
		t.Errorf("the file has %v", file)
	}
	said := operates(t, 0, env, "import", path)
	if !strings.Contains(said, "the file lacks order "+string(someCommit(2).OrderID)) ||
		!strings.Contains(said, "0 of the commits were not there before") {
		t.Errorf("it says %q", said)
	}
}

// As large a commit as MongoDB takes, among small ones.
func TestALargeCommitIsExportedAndImported(t *testing.T) {
	skipShort(t)
	uri := mongotest.URI(t)
	large := someCommit(2, ordering(strings.Repeat("\u00fc", 7_900_000)))
	first := written(t, someCommit(1, ordering("a")), large, someCommit(3, ordering("c")))
	env := []string{"MONGODB_URI=" + uri}
	operates(t, 0, env, "import", first)
	again := filepath.Join(t.TempDir(), "again.jsonl")
	operates(t, 0, env, "export", "--out="+again)
	if file := readBackup(t, again); len(file) != 3 || file[string(large.OrderID)][0].Size() < 15e6 {
		t.Errorf("the file has %d orders", len(file))
	}
	operates(t, 0, env, "import", again)
}
