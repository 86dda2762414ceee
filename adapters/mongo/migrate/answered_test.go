package migrate

import (
	"testing"

	"github.com/golang-migrate/migrate/v4/database"
	driver "go.mongodb.org/mongo-driver/mongo"

	"orders/adapters/mongo/client"
)

// The answer of the server is found in the error of a migration.
func TestADenialOfAMigrationIsFound(t *testing.T) {
	err := answered(&database.Error{OrigErr: driver.CommandError{Code: 13}, Err: "failed"})
	if !client.IsUnauthorized(err) || !client.IsDenied(client.Short(err)) {
		t.Errorf("%v is no denial", err)
	}
}
