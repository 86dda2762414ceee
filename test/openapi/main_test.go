package main

import (
	"bytes"
	"strings"
	"testing"
)

// The document depends on the version alone, so that releases can be compared.
func TestTheDocumentIsTheSameEachTime(t *testing.T) {
	t.Setenv("BASE_PATH", "/shop")
	var first, second bytes.Buffer
	for _, out := range []*bytes.Buffer{&first, &second} {
		if err := write(t.Context(), out, "1.2.3"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two documents of one version differ")
	}
	for _, line := range []string{`    "version": "1.2.3"`, `      "url": "/"`} {
		if !strings.Contains(first.String(), line+"\n") {
			t.Errorf("no line says %s", line)
		}
	}
}
