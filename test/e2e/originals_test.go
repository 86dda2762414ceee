package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/bson"

	"orders/service"
	"orders/test/mongotest"
)

// An original is an order as the Node.js original answers.
type original struct {
	OrderID, UserID, Status, IdemKey string
	Items                            []struct {
		SKU   string  `json:"sku"`
		Qty   int     `json:"qty"`
		Price float64 `json:"price"`
	}
	CreatedAt, UpdatedAt time.Time
}

// body is what the original's client sent.
func (o original) body() string {
	text, _ := json.Marshal(map[string]any{"userId": o.UserID, "items": o.Items})
	return string(text)
}

// writeOriginals has Mongoose write orders.
func writeOriginals(t *testing.T, uri string, n int) (all []original) {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s to run Mongoose with", tool)
		}
	}
	dir := scripts(t)
	run := func(name string, args ...string) []byte {
		var said bytes.Buffer
		c := exec.CommandContext(t.Context(), name, args...)
		c.Dir, c.Stderr = dir, &said
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, &said)
		}
		return out
	}
	run("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefer-offline")
	written := run("node", "write.mjs", uri, fmt.Sprint(n))
	for line := range bytes.Lines(written) {
		var o original
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, o)
	}
	return all
}

// scripts is the folder where they run, as Mongoose is installed there.
func scripts(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("there is no folder to install Mongoose in:", err)
	}
	dir := filepath.Join(cache, "orders-ci", "original")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"package.json", "write.mjs"} {
		text, err := os.ReadFile(filepath.Join("..", "original", file))
		there, _ := os.ReadFile(filepath.Join(dir, file))
		if err == nil && !bytes.Equal(text, there) {
			err = os.WriteFile(filepath.Join(dir, file), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// oneOriginal is the URI of an original with one order.
func oneOriginal(t *testing.T) string {
	t.Helper()
	uri := mongotest.URI(t)
	at := time.Now().Add(-time.Hour)
	_, err := mongotest.Database(t, uri).Collection("orderwrites").InsertOne(t.Context(), bson.M{
		"orderId": "ord_V1StGXR8_Z", "userId": "ann", "status": "CREATED", "idemKey": "k",
		"items":       bson.A{bson.M{"sku": "mouse", "qty": 2, "price": 5.99}},
		"totalAmount": 11.98, "createdAt": at, "updatedAt": at,
	})
	if err != nil {
		t.Fatal(err)
	}
	return uri
}

// takeOver takes over the orders of an original, after a dry run.
func takeOver(from string) use {
	return func(ctx context.Context, c service.Config) error {
		c.Currency = "USD"
		dry := service.TakeOverOptions{URI: from, DryRun: true}
		err := service.TakeOver(ctx, c, dry, io.Discard)
		if err != nil {
			return err
		}
		return service.TakeOver(ctx, c, service.TakeOverOptions{URI: from}, io.Discard)
	}
}

// importing is who imports: a file, and the orders of an original.
func importing(t *testing.T) holder {
	t.Helper()
	return holder{"ordersImport", "import", []use{
		importNothing, recordedAs("import"), takeOver(oneOriginal(t)),
	}}
}
