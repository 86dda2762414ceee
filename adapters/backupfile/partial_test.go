package backupfile

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orders/domain/order"
	"orders/ports"
	"orders/test/contract"
)

func nobody(int) {}

// finish writes the rest of someFile into a file that was broken off.
func finish(t *testing.T, path string, commits []ports.Commit) []byte {
	t.Helper()
	p, err := OpenPartial(path, nobody)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if p.IsNew() {
		if err := p.Begin(NewHeader(time.UnixMilli(0), "test", "somewhere")); err != nil {
			t.Fatal(err)
		}
	} else if p.Header.From != "somewhere" {
		t.Errorf("it goes on from %q", p.Header.From)
	}
	for _, c := range commits[p.Has.Commits:] {
		if err := p.Write(c); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Wherever a process was killed, the next one makes the file that the first would have made.
func TestAnExportThatWasBrokenOffAnywhereGoesOn(t *testing.T) {
	var commits []ports.Commit
	for i, e := range contract.Events() {
		c := filled(e)
		c.Version = i + 1
		commits = append(commits, c)
	}
	whole := finish(t, filepath.Join(t.TempDir(), "whole"), commits)
	for at := 0; at <= len(whole); at += 1 + at%29 { // In each line and in its checksum.
		path := filepath.Join(t.TempDir(), "broken")
		if err := os.WriteFile(path+PartialSuffix, whole[:at], 0o600); err != nil {
			t.Fatal(err)
		}
		if got := finish(t, path, commits); !bytes.Equal(got, whole) {
			t.Fatalf("broken off at %d of %d, it becomes\n%s", at, len(whole), got)
		}
		if _, err := os.Stat(path + PartialSuffix); err == nil {
			t.Fatal("the partial file stays")
		}
	}
}

// A half line may be longer than all that comes in its place.
func TestNothingOfAHalfLineStays(t *testing.T) {
	one := []ports.Commit{filled(order.Confirmed{})}
	whole := finish(t, filepath.Join(t.TempDir(), "whole"), one)
	path := filepath.Join(t.TempDir(), "broken")
	half := append(bytes.Clone(whole), `{"commit":`+strings.Repeat(" ", 10_000)...)
	header := bytes.IndexByte(whole, '\n') + 1
	half = append(half[:header:header], half[len(whole):]...)
	if err := os.WriteFile(path+PartialSuffix, half, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := finish(t, path, one); !bytes.Equal(got, whole) {
		t.Errorf("it becomes %d bytes, want %d", len(got), len(whole))
	}
}

func TestWhatIsNotOursIsNotChanged(t *testing.T) {
	whole := someFile(t)
	damaged := bytes.Clone(whole)
	damaged[len(whole)/2] ^= 1
	for name, text := range map[string]string{
		"somebody's notes":    "buy milk",
		"somebody's lines":    "buy milk\nand eggs\n",
		"a damaged line":      string(damaged),
		"a file with another": string(whole) + string(whole),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "it")
			if err := os.WriteFile(path+PartialSuffix, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenPartial(path, nobody); err == nil {
				t.Error("it is gone on with")
			}
			if is, _ := os.ReadFile(path + PartialSuffix); string(is) != text {
				t.Errorf("it became %q", is)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "it")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := OpenPartial(path, nobody)
	if err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("a whole file of that name: %v", err)
	}
}

func TestTwoProcessesDoNotWriteTheSameFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "it")
	first, err := OpenPartial(path, nobody)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenPartial(path, nobody); err == nil {
		t.Error("a second one has it, too")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := OpenPartial(path, nobody)
	if err != nil {
		t.Fatal(err)
	}
	_ = second.Close()
}

func TestAFileIsReadAlsoCompressed(t *testing.T) {
	text := someFile(t)
	var small bytes.Buffer
	zip := gzip.NewWriter(&small)
	_, _ = zip.Write(text)
	_ = zip.Close()
	for name, content := range map[string][]byte{
		"a.jsonl": text, "a.jsonl.gz": small.Bytes(),
		"b.jsonl.gz": text, "b.jsonl": small.Bytes(), // Whoever exported, or copied, named it so.
	} {
		f := opened(t, name, content)
		if err := f.Check(t.Context(), nobody); err != nil {
			t.Fatal(err)
		}
		if len(f.Lacks) != 1 || f.Lacks[0].Reason != "gone" {
			t.Errorf("%s lacks %v", name, f.Lacks)
		}
		for range 2 {
			n := 0
			err := f.Lines(t.Context(), func(line int, c ports.Commit) error {
				if n++; line != n+1 || c.OrderID == "" {
					t.Errorf("line %d: %+v", line, c)
				}
				return nil
			})
			if err != nil || n != f.Has.Commits {
				t.Errorf("%s: %d lines, %v", name, n, err)
			}
		}
	}
	cut := opened(t, "a.gz", small.Bytes()[:small.Len()-9])
	if err := cut.Check(t.Context(), nobody); err == nil {
		t.Error("a compressed file that is cut off is taken for whole")
	}
}

func opened(t *testing.T, name string, content []byte) *File {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestAFileThatChangesAfterItsCheckIsRefused(t *testing.T) {
	f := opened(t, "it", someFile(t))
	if err := f.Check(t.Context(), nobody); err != nil {
		t.Fatal(err)
	}
	var other bytes.Buffer
	w, err := NewWriter(&other, NewHeader(time.UnixMilli(0), "test", "elsewhere"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(filled(order.Confirmed{})); err != nil {
		t.Fatal(err)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.file.Name(), other.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	err = f.Lines(t.Context(), func(int, ports.Commit) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("%v, want that it has changed", err)
	}
}

func TestAPipeIsRefused(t *testing.T) {
	if _, err := Open(os.DevNull); err == nil {
		t.Error("a device is taken for a file")
	}
}
