package framing

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

const headMax = 8 << 10

var most = Limits{Head: headMax, Body: 1 << 20}

// seeds are requests, good ones and bad ones, of which the fuzzer makes more.
var seeds = []string{
	"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /a?b HTTP/1.0\r\n\r\nPOST / HTTP/1.1\r\nHost: x:1\r\nContent-Length: 2\r\n\r\n{}",
	"\r\nPOST http://x/y HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n" +
		"1\r\n{\r\n01\r\n}\r\n0\r\nA: b\r\nB: c\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n" +
		"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
	"GET / HTTP/1.1\r\nHost: x\n\r\n",
	"\nGET / HTTP/1.1\r\n\r\n",
}

// scanned is what a scanner passes on when text comes in pieces of size bytes.
func scanned(text string, size int) (passed string, refusal *Error) {
	s := newScanner(most)
	for piece := range slices.Chunk([]byte(text), size) {
		n, refusal := s.scan(piece)
		passed += string(piece[:n])
		if refusal != nil {
			return passed, refusal
		}
	}
	return passed, nil
}

// FuzzAlike wants every request that passes to be read by Go's server as well, to the same end,
// and the pieces in which it comes to make no difference.
func FuzzAlike(f *testing.F) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		passed, refusal := scanned(text, len(text)+1)
		for _, size := range []int{1, 2, 3, 7, 64} {
			again, refused := scanned(text, size)
			if (refusal == nil) != (refused == nil) ||
				refusal != nil && refusal.Detail != refused.Detail {
				t.Fatalf("in pieces of %d: %v, else %v", size, refused, refusal)
			}
			if refusal == nil && again != passed {
				t.Fatalf("in pieces of %d it passes %q, else %q", size, again, passed)
			}
		}
		if refusal != nil || !isWhole(text) {
			return
		}
		count, err := requestsIn(passed)
		if err != nil && !strings.HasPrefix(err.Error(), "parse ") { // It knows more of URLs.
			t.Fatalf("%q passes, and Go's server says %v", text, err)
		}
		if given, _ := requestsIn(text); err == nil && given != count {
			t.Fatalf("%q has %d requests, and %d as it is passed on", text, given, count)
		}
	})
}

// isWhole reports whether text ends with a request.
func isWhole(text string) bool {
	s := newScanner(most)
	_, refusal := s.scan([]byte(text))
	return refusal == nil && s.next == start && s.left == 0 && len(s.begun) == 0 && !s.blank
}

// requestsIn is how many requests Go's server reads of text, without any trailer.
func requestsIn(text string) (count int, err error) {
	r := bufio.NewReader(strings.NewReader(text))
	for {
		if _, err := r.Peek(1); errors.Is(err, io.EOF) {
			return count, nil
		}
		if blank, _ := r.Peek(2); string(blank) == "\r\n" {
			_, _ = r.Discard(2) // Go's server does not skip it.
		}
		req, err := http.ReadRequest(r)
		if err != nil {
			return count, err
		}
		if _, err := io.Copy(io.Discard, req.Body); err != nil {
			return count, err
		}
		count++
	}
}

// What is refused is passed on without its end, whatever stands where.
func TestARefusedLineNeverEnds(t *testing.T) {
	for _, text := range seeds {
		for size := 1; size <= len(text); size++ {
			passed, refusal := scanned(text, size)
			if refusal == nil {
				continue
			}
			if bytes.HasSuffix([]byte(passed), []byte("\n\r\n")) {
				t.Errorf("%q passes on %q", text, passed)
			}
		}
	}
}

func TestTrailersAreTakenOut(t *testing.T) {
	for size := 1; size <= len(seeds[4]); size++ {
		passed, refusal := scanned(seeds[4], size)
		want := strings.Replace(seeds[4], "0\r\nA: b\r\nB: c\r\n\r\n", "0\r\n\r\n", 1)
		if passed != want || refusal != nil {
			t.Errorf("in pieces of %d: %q, %v", size, passed, refusal)
		}
	}
}

func TestHeadsAndChunksAreBounded(t *testing.T) {
	long := "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", headMax/6) + "\r\n"
	if _, refusal := scanned(long, 100); refusal == nil || refusal.Status != 431 {
		t.Errorf("a long head: %v", refusal)
	}
	chunks := "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, tt := range []struct {
		why, chunk string
		count      int
		passes     bool
	}{
		{"chunks that are too much together", "80000\r\n" + strings.Repeat("x", 1<<19) + "\r\n", 3,
			false},
		{"a chunk that will be too much", "100001\r\n", 1, false},
		{"chunks that are just not", "80000\r\n" + strings.Repeat("x", 1<<19) + "\r\n", 2, true},
		{"chunks of one byte", "1\r\nx\r\n", 100_000, true},
		{"extensions longer than their data", "1;" + strings.Repeat("x", 40) + "\r\nx\r\n", 1000,
			false},
	} {
		_, refusal := scanned(chunks+strings.Repeat(tt.chunk, tt.count), 1000)
		if (refusal == nil) != tt.passes {
			t.Errorf("%s: %v", tt.why, refusal)
		}
	}
}
