package message

import (
	"strings"
	"testing"

	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

func TestIDsAndSequencesOfAllVersions(t *testing.T) {
	var before string
	for version := 1; version <= order.CommitsEver; version++ {
		for _, e := range mustTell(t, envelope, commitOf(version, contract.Events()...)) {
			n, ok := NoticeOf(e.ID)
			if want := (ports.Notice{OrderID: id, Version: version}); !ok || n != want {
				t.Fatalf("%s is read as %v, %v", e.ID, n, ok)
			}
			if e.Sequence <= before {
				t.Fatalf("the sequence %s follows %s", e.Sequence, before)
			}
			before = e.Sequence
		}
	}
}

// FuzzNoticeOf wants that a text is an id only if it is one that is made of what it is read as.
func FuzzNoticeOf(f *testing.F) {
	prefix := string(id) + "/"
	for _, text := range []string{
		"", "/", "//", prefix, prefix + "1/1", prefix + "4000/99", prefix + "0/1", prefix + "1/0",
		prefix + "01/1", prefix + "1/01", prefix + "+1/1", prefix + "-1/1", prefix + "1/1/1",
		prefix + "1", prefix + "1/", prefix + "9223372036854775808/1", " " + prefix + "1/1",
		prefix + "1/1 ", "ord_/1/1", prefix + "1_0/1", prefix + "1e1/1", prefix + "１/1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, ok := NoticeOf(text)
		if !ok {
			if n != (ports.Notice{}) {
				t.Errorf("%q is none, and read as %v", text, n)
			}
			return
		}
		parts := strings.Split(text, "/")
		if len(parts) != 3 || n.Version < 1 || !n.OrderID.Valid() || parts[0] != string(n.OrderID) {
			t.Fatalf("%q is read as %v", text, n)
		}
		for _, number := range parts[1:] {
			if strings.Trim(number, "0123456789") != "" || number[0] == '0' {
				t.Errorf("%q is read as %v", text, n)
			}
		}
	})
}
