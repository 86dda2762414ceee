package backupfile

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"

	"orders/app/backup"
	"orders/domain/order"
)

// A file that was written once is read for ever: this one has a line of each kind.
func TestAFileIsAsItEverWas(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, NewHeader(time.UnixMilli(0), "1.2.3", "a place"))
	c := filled(order.Confirmed{})
	err = errors.Join(err, w.Write(c),
		w.Lack(backup.Unreadable{OrderID: c.OrderID, Version: 2, Reason: "why"}), w.End())
	if err != nil {
		t.Fatal(err)
	}
	const path = "testdata/file.jsonl"
	want, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && *update {
		want, err = out.Bytes(), os.WriteFile(path, out.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatalf("%v: `go test ./adapters/backupfile -update` writes it", err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("it is written as\n%swant\n%s", &out, want)
	}
	if _, commits, err := readAll(want); err != nil || len(commits) != 1 {
		t.Errorf("%d commits, %v", len(commits), err)
	}
}
