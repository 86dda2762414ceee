package migrate

import (
	"testing"

	"github.com/golang-migrate/migrate/v4/database"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
)

// codeUnauthorized is MongoDB's.
const codeUnauthorized = 13

// The answer of the server is found in the error of a migration.
func TestADenialOfAMigrationIsFound(t *testing.T) {
	denial := driver.CommandError{Code: codeUnauthorized}
	err := answered(&database.Error{OrigErr: denial, Err: "failed"})
	if !client.IsUnauthorized(err) || !client.IsDenied(client.Short(err)) {
		t.Errorf("%v is no denial", err)
	}
}
