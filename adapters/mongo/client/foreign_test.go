package client_test

import (
	"strings"
	"testing"

	"orders/adapters/mongo/client"
)

// No part of a login is told, also where a character in it should be encoded.
func TestAForeignDatabaseThatIsAwayTellsNoLogin(t *testing.T) {
	const options = "x?serverSelectionTimeoutMS=100"
	for _, login := range []string{"", "bob:s3cret@", "bob:s3c?ret@", "bob:s3c%3Fret@"} {
		_, err := client.OpenForeign(t.Context(), "mongodb://"+login+"127.0.0.1:9/"+options)
		if err == nil || !strings.Contains(err.Error(), "MongoDB at 127.0.0.1:9 cannot be used") ||
			strings.Contains(err.Error(), "bob") || strings.Contains(err.Error(), "s3c") {
			t.Errorf("%s: %v", login, err)
		}
	}
}
