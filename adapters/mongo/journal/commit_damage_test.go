package journal

import (
	"testing"

	"go.mongodb.org/mongo-driver/bson"

	"orders/adapters/mongo/internal/golden"
	"orders/domain/order"
	"orders/ports"
)

// Whatever is stored, reading it ends well or with ErrUnreadable.
func TestNoDamageMakesTheReaderPanic(t *testing.T) {
	c := golden.Filled[ports.Commit]()
	c.Unreadable = nil
	c.Events = []order.Event{golden.Filled[order.Created](), golden.Filled[order.PaymentCaptured]()}
	commit, err := encodeCommit(c)
	if err != nil {
		t.Fatal(err)
	}
	golden.Harm(t, commit, func(raw bson.Raw) error { _, err := DecodeCommit(raw); return err })
}

func BenchmarkCommitCodec(b *testing.B) {
	for name, c := range golden.Commits() {
		commit, _ := encodeCommit(c)
		for what, do := range map[string]func(){
			"encode": func() { _, _ = encodeCommit(c) },
			"decode": func() { _, _ = DecodeCommit(commit) },
		} {
			b.Run(what+", "+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					do()
				}
			})
		}
	}
}
