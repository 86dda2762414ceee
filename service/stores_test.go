package service

import (
	"slices"
	"testing"

	"go.uber.org/fx"
)

// withStone adds a store as a developer would: by one more value in the table. It keeps events.
func withStone(t *testing.T) {
	t.Helper()
	before := stores
	t.Cleanup(func() { stores = before })
	stores = append(slices.Clone(stores), store{
		name: "stone", needs: "QUARRY",
		write: side{fx.Options(), func(c Config) bool { return c.LogLevel == "quarry" }},
	})
}

// uri and quarry are what the stores need.
const uri, quarry = "mongodb://127.0.0.1/nothing", "quarry"

// choices are configurations, and the stores that they choose or why they are refused.
var choices = []struct {
	c           Config
	write, read Store
	refusal     string
}{
	{c: Config{}, write: Memory, read: Memory},
	{c: Config{WriteStore: Auto, ReadStore: Auto}, write: Memory, read: Memory},
	{c: Config{MongoURI: uri}, write: Mongo, read: Mongo},
	{c: Config{ReadURI: uri}, write: Memory, read: Mongo},
	{c: Config{MongoURI: uri, ReadStore: Memory}, write: Mongo, read: Memory},
	{c: Config{LogLevel: quarry}, write: "stone", read: Memory},
	{c: Config{LogLevel: quarry, WriteStore: Memory}, write: Memory, read: Memory},
	{
		c:       Config{WriteStore: Mongo},
		refusal: "the write store is mongo, so MONGODB_URI must be set",
	},
	{
		c:       Config{ReadStore: Mongo},
		refusal: "the read store is mongo, so MONGODB_URI must be set",
	},
	{
		c:       Config{WriteStore: "stone"},
		refusal: "the write store is stone, so QUARRY must be set",
	},
	{
		c:       Config{ReadStore: "stone"},
		refusal: `the read store cannot be "stone"; it can be memory or mongo`,
	},
	{
		c:       Config{WriteStore: "sand"},
		refusal: `the write store cannot be "sand"; it can be memory or mongo or stone`,
	},
	{
		c: Config{MongoURI: uri, ReadStore: Memory, Roles: []Role{Query}},
		refusal: "ROLES can only be split when both sides are kept in MongoDB: " +
			"memory is known to one process alone",
	},
}

func TestAStoreIsAValue(t *testing.T) {
	withStone(t)
	names, err := Vars()
	if err != nil || names["write_stores"] != "memory, mongo, stone" ||
		names["read_stores"] != "memory, mongo" {
		t.Errorf("the command line knows %v, %v", names, err)
	}
	for _, tt := range choices {
		c, err := tt.c.resolved()
		if tt.refusal != "" {
			if err == nil || err.Error() != tt.refusal {
				t.Errorf("%+v: error %v, want %s", tt.c, err, tt.refusal)
			}
			continue
		}
		if err != nil || c.WriteStore != tt.write || c.ReadStore != tt.read {
			t.Errorf("%+v: %s and %s, %v", tt.c, c.WriteStore, c.ReadStore, err)
		}
	}
}
