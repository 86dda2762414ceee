package process

import (
	"os"
	"os/exec"
	"strconv"
	"testing"
)

const givenOut = "ORDERS_TEST_GIVEN_PORT"

// A port that one test binary has given out is given out by no other one, although nobody listens.
func TestAPortIsGivenOutByOneProcess(t *testing.T) {
	if port, err := strconv.Atoi(os.Getenv(givenOut)); err == nil {
		if isOurs(port) {
			t.Error("it would give out the port of another process")
		}
		return
	}
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	other.Env = append(os.Environ(), givenOut+"="+strconv.Itoa(FreePort()))
	if said, err := other.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, said)
	}
}
