package backupfile

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
)

// Neither is a file changed that another process finished between opening and locking it, nor one
// that came while an export ran.
func TestAFileThatIsWholeIsLeftAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders")
	one := []ports.Commit{filled(order.Confirmed{})}
	opened, err := os.Create(path + PartialSuffix)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if err := wantNamed(opened); err != nil {
		t.Error(err)
	}
	late, err := OpenPartial(path+"2", nobody)
	if err == nil {
		err = late.Begin(NewHeader(time.UnixMilli(0), "test", "somewhere"))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer late.Close()
	whole := finish(t, path, one)
	if err := wantNamed(opened); err == nil {
		t.Error("a file is taken that is whole by now")
	}
	if err := os.Rename(path, path+"2"); err != nil {
		t.Fatal(err)
	}
	if err := late.Finish(); err == nil {
		t.Error("it takes the place of a file that came meanwhile")
	}
	if is, err := os.ReadFile(path + "2"); err != nil || !bytes.Equal(is, whole) {
		t.Errorf("it is %q, %v", is, err)
	}
}
