package backupfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"orders/app/backup"
	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

// someFile is a whole file of a few orders, one of which lacks something.
func someFile(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, NewHeader(time.UnixMilli(0), "test", "somewhere"))
	for i, e := range contract.Events() {
		c := filled(e)
		c.Version = i + 1
		err = errors.Join(err, w.Write(c))
	}
	c := filled(order.Confirmed{})
	c.OrderID = order.MakeID([]byte("another of 17 bytes"))
	err = errors.Join(err, w.Write(c),
		w.Lack(backup.Unreadable{OrderID: c.OrderID, Version: 2, Reason: "gone"}), w.End())
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readAll reads until the end, which is nil for a whole file.
func readAll(text []byte) (r *Reader, commits []ports.Commit, err error) {
	r, err = NewReader(bytes.NewReader(text))
	for err == nil {
		var c *ports.Commit
		if c, _, err = r.Next(); err == nil && c != nil {
			commits = append(commits, *c)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return r, commits, err
}

func TestAWholeFileIsRead(t *testing.T) {
	r, commits, err := readAll(someFile(t))
	if err != nil || len(commits) != len(contract.Events())+1 || !r.Ended {
		t.Fatalf("%d commits, %v", len(commits), err)
	}
	if has := r.Has; has.Commits != len(commits) || has.Orders != 2 || has.Unreadable != 1 {
		t.Errorf("it counts %d commits of %d orders, %d unreadable",
			has.Commits, has.Orders, has.Unreadable)
	}
}

// lineAt is the number of the line that has a byte.
func lineAt(text []byte, at int) int { return bytes.Count(text[:at], []byte("\n")) + 1 }

func TestAChangeOfAnyByteIsRefusedByItsLine(t *testing.T) {
	whole := someFile(t)
	for at := range whole {
		text := bytes.Clone(whole)
		text[at] ^= 1 << (at % 8)
		_, _, err := readAll(text)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprint("line ", lineAt(whole, at))) {
			t.Fatalf("byte %d of line %d changed: %v", at, lineAt(whole, at), err)
		}
	}
}

func TestAFileThatIsCutOffAnywhereIsRefused(t *testing.T) {
	whole := someFile(t)
	for at := range whole {
		if _, _, err := readAll(whole[:at]); !errors.Is(err, ErrCutOff) {
			t.Fatalf("cut off at %d of %d: %v, want ErrCutOff", at, len(whole), err)
		}
	}
}

func TestLinesThatAreLeftOutOrSwappedOrAddedAreRefused(t *testing.T) {
	lines := bytes.SplitAfter(someFile(t), []byte("\n"))
	lines = lines[:len(lines)-1]
	refused := func(what string, at int, changed ...[][]byte) {
		t.Helper()
		var text []byte
		for _, part := range changed {
			text = append(text, bytes.Join(part, nil)...)
		}
		if _, _, err := readAll(text); err == nil {
			t.Errorf("line %d %s, and nobody minds", at, what)
		}
	}
	for i := range lines {
		refused("is left out", i+1, lines[:i], lines[i+1:])
		refused("is there twice", i+1, lines[:i+1], lines[i:])
		if i > 0 {
			swapped := [][]byte{lines[i], lines[i-1]}
			refused("is swapped", i+1, lines[:i-1], swapped, lines[i+1:])
		}
	}
}

// chained makes a file of lines whose checksums are right.
func chained(begins ...string) []byte {
	var text []byte
	var sum chain
	for _, begin := range begins {
		text = append(text, sum.append([]byte(begin))...)
	}
	return text
}

func TestWhatNoExportWritesIsRefusedByName(t *testing.T) {
	header := `{"header":{"format":"orders-commits","version":1,"begun":"","program":"","position":""}`
	begin := func(id order.ID, version int, events string) string {
		return fmt.Sprintf(`{"commit":{"orderId":%q,"version":%d,"at":"2026-01-02T03:04:05.678Z",`+
			`"commitId":"c","events":[%s]}`, id, version, events)
	}
	confirmed := `{"type":"OrderConfirmed","schema":1,"data":{}}`
	end := `{"end":{"commits":1,"orders":1,"unreadable":0}`
	one := begin(someID, 1, confirmed)
	if _, _, err := readAll(chained(header, one, end)); err != nil {
		t.Fatal(err)
	}
	for want, lines := range map[string][]string{
		"line 1: it is no file that orders export wrote": {one, end},
		`"orders-commits" 2`: {strings.Replace(header, `"version":1`,
			`"version":2,"more":1`, 1)},
		"line 2: order \"ord_x\", version 1: \"ord_x\" is not the ID": {
			header, begin("ord_x", 1, confirmed),
		},
		"version 2 of order " + string(someID) + " follows version 0": {
			header, begin(someID, 2, confirmed),
		},
		"line 3: order": {header, one, one},
		"schema 9: this program does not know it": {header, begin(someID, 1,
			`{"type":"OrderConfirmed","schema":9,"data":{}}`)},
		"unknown object member name": {header, begin(someID, 1,
			`{"type":"OrderConfirmed","schema":1,"data":{"more":1}}`)},
		"it names no items": {header, begin(someID, 1,
			`{"type":"OrderCreated","schema":1,"data":{"userId":"ann","lines":[]}}`)},
		"unknown currency": {header, begin(someID, 1, `{"type":"PaymentVoided","schema":1,`+
			`"data":{"paymentId":"p","amount":{"minor":1,"currency":"XXX"}}}`)},
		"line 3: the last line counts other commits": {header, one,
			strings.Replace(end, `"commits":1`, `"commits":2`, 1)},
		"line 4: something follows the last line": {header, one, end, one},
		"line 2: the line is neither":             {header, header},
		"at is no time":                           {header, strings.Replace(one, ".678Z", ".6789Z", 1)},
		"an order, a version, an ID and events":   {header, begin(someID, 1, "")},
	} {
		if _, _, err := readAll(chained(lines...)); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func FuzzReader(f *testing.F) {
	header := bytes.SplitAfterN(someFile(f), []byte("\n"), 2)[0]
	f.Add(chained(string(header[:len(header)-sumSize]), `{"end":{"commits":0}`))
	f.Add(header)
	f.Add([]byte(`{"header":{}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, commits, err := readAll(text)
		if err != nil {
			return
		}
		// What is accepted is what is written of it again.
		var out bytes.Buffer
		w, err := NewWriter(&out, r.Header)
		for _, c := range commits {
			err = errors.Join(err, w.Write(c))
		}
		if err != nil || w.Has.Commits != r.Has.Commits {
			t.Errorf("%d commits were read, %d can be written: %v",
				r.Has.Commits, w.Has.Commits, err)
		}
	})
}

// FuzzLine tries lines whose checksums are right.
func FuzzLine(f *testing.F) {
	for text := range bytes.Lines(someFile(f)) {
		f.Add(string(text[:len(text)-sumSize]))
	}
	header := string(bytes.SplitN(someFile(f), []byte(sumBegin), 2)[0])
	f.Fuzz(func(t *testing.T, begin string) {
		if strings.Contains(begin, "\n") {
			return
		}
		_, commits, _ := readAll(chained(header, begin))
		for _, c := range commits {
			if _, err := commitOf(c); err != nil {
				t.Errorf("%+v was read, and cannot be written: %v", c, err)
			}
		}
	})
}
