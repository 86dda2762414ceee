package readmodel_test

import (
	"flag"
	"os"
	"testing"
)

// Most tests of this room wait until a time has passed that the database keeps, so more of them
// run at once than there are processors. The flag -parallel says otherwise.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
