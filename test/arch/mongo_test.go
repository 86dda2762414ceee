package arch

import "testing"

// Imports among the rooms of MongoDB run one way: startup is above orders, readmodel and feed;
// readmodel and journal are above migrate; client, document, pipeline and slots are below all.
func TestTheRoomsOfMongoDBAreInOrder(t *testing.T) {
	const rooms = "orders/adapters/mongo/"
	for file, imported := range map[string]string{
		"adapters/mongo/planted.go":              "orders/app/command",
		"adapters/mongo/wiring.go":               "go.uber.org/fx",
		"adapters/mongo/client/planted.go":       "orders/domain/order",
		"adapters/mongo/client/upward.go":        rooms + "migrate",
		"adapters/mongo/document/planted.go":     rooms + "client",
		"adapters/mongo/document/upward.go":      "orders/adapters/mongo",
		"adapters/mongo/pipeline/planted.go":     rooms + "client",
		"adapters/mongo/slots/planted.go":        rooms + "client",
		"adapters/mongo/changestream/planted.go": rooms + "feed",
		"adapters/mongo/migrate/planted.go":      rooms + "journal",
		"adapters/mongo/subscription/planted.go": rooms + "readmodel",
		"adapters/mongo/journal/planted.go":      rooms + "feed",
		"adapters/mongo/feed/planted.go":         rooms + "startup",
		"adapters/mongo/readmodel/planted.go":    rooms + "journal",
		"adapters/mongo/orders/planted.go":       rooms + "journal",
		"adapters/mongo/orders/upward.go":        rooms + "startup",
		"adapters/mongo/customer/planted.go":     rooms + "orders",
		"adapters/mongo/customer/module.go":      "orders/adapters/mongo",
		"adapters/mongo/startup/planted.go":      rooms + "customer",
	} {
		if mayImport(file, imported) {
			t.Errorf("%s may import %s", file, imported)
		}
	}
}
