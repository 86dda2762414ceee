package e2e_test

import (
	"path/filepath"
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/test/mongotest"
)

// An order that was taken over keeps its key wherever a file of it is imported: into another
// database, into memory, and where its order is, but no key any more.
func TestKeysOfTheOriginalMoveWithAFile(t *testing.T) {
	skipShort(t)
	from, into := oneOriginal(t), mongotest.URI(t)
	takenOver(t, from, into, 0, "1 are taken over")
	path := filepath.Join(t.TempDir(), "orders.jsonl")
	operates(t, 0, []string{"MONGODB_URI=" + into}, "export", "--out="+path)
	wantKey := func(p *process) {
		t.Helper()
		const same = `{"userId":"ann","items":[{"sku":"mouse","qty":2,"price":5.99}]}`
		const other = `{"userId":"ann","items":[{"sku":"mouse","qty":3,"price":5.99}]}`
		a := p.must(t, 200, "POST", "/commands/orders", same, "Idempotency-Key: k")
		a.want(t, `"ord_V1StGXR8_Z"`, "orderId")
		p.must(t, 422, "POST", "/commands/orders", other, "Idempotency-Key: k").
			want(t, `"idempotency-key-reused"`, "code")
	}
	wantKey(start(t, "IMPORT="+path))

	moved := mongotest.URI(t)
	env := []string{"MONGODB_URI=" + moved}
	p := start(t, env...)
	wantSaid(t, operates(t, 1, env, "import", path), "processes with the role command are at work")
	if n := len(recorded(t, moved)); n != 0 {
		t.Errorf("%d commits were recorded", n)
	}
	p.terminate(t)
	p.ends(t, 0, "")
	said := operates(t, 0, env, "import", path)
	wantSaid(t, said, "1 commits of 1 orders; 1 of these keep a key of the Node.js original")
	_, err := mongotest.Database(t, moved).Collection("imported_keys").
		DeleteMany(t.Context(), bson.M{})
	if err != nil {
		t.Fatal(err)
	}
	wantSaid(t, operates(t, 0, env, "import", path), "0 of the commits were not there before")
	p = start(t, env...)
	wantKey(p)
}
