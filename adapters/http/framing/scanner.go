package framing

import (
	"bytes"
	"slices"
)

// A scanner scans one request after the other, in pieces of any size.
//
//	start → field … → data → start
//	                ↘ size → data → dataEnd → size … → trailer … → start
type scanner struct {
	most  Limits
	next  line   // The kind of the next line.
	begun []byte // Its bytes so far.
	room  int    // How many bytes the following lines may have.
	left  int64  // How many bytes of data precede the next line.

	blank   bool  // There was an empty line before the request.
	body    int64 // How many bytes of a body there were in chunks.
	request request
}

// A line is a kind of line.
type line int

const (
	start line = iota
	field
	size
	dataEnd
	trailer
)

func newScanner(most Limits) *scanner {
	s := &scanner{most: most}
	s.restart()
	return s
}

func (s *scanner) restart() {
	s.next, s.room, s.blank, s.body = start, s.most.Head, false, 0
	s.request.reset()
}

// scan scans b and returns how many bytes may be passed on. It takes out trailers, and all bytes
// behind a line that it refuses.
func (s *scanner) scan(b []byte) (passed int, refusal *Error) {
	for at := 0; at < len(b); {
		if s.left > 0 {
			n := int(min(s.left, int64(len(b)-at)))
			passed += copy(b[passed:], b[at:at+n])
			at, s.left = at+n, s.left-int64(n)
			continue
		}
		piece, whole := b[at:], false
		if end := bytes.IndexByte(piece, '\n'); end >= 0 {
			piece, whole = piece[:end+1], true
		}
		if s.room -= len(piece); s.room < 0 {
			return passed, s.about(s.overlong())
		}
		at += len(piece)
		taken := s.isTrailer(piece)
		if !whole {
			s.begun = append(s.begun, piece...)
		} else if refusal := s.take(piece); refusal != nil {
			return passed + s.withhold(b[passed:], piece, taken), s.about(refusal)
		}
		if !taken {
			passed += copy(b[passed:], piece)
		}
	}
	return passed, nil
}

// isTrailer reports whether piece belongs to a trailer, and not to the end of all of them.
func (s *scanner) isTrailer(piece []byte) bool {
	first := piece[0]
	if len(s.begun) > 0 {
		first = s.begun[0]
	}
	return s.next == trailer && first != '\r'
}

// withhold passes on piece, the end of a refused line, without its last byte, and returns how much.
// At the beginning of a request it replaces that byte instead, as parsers skip a bare line end
// there.
func (s *scanner) withhold(b, piece []byte, taken bool) int {
	switch {
	case taken:
		return 0
	case s.request.empty():
		piece[len(piece)-1] = 0
		return copy(b, piece)
	}
	return copy(b, piece[:len(piece)-1])
}

// about adds the method and the target of the request to the refusal, if they are known.
func (s *scanner) about(r *Error) *Error {
	if !s.request.empty() {
		r.Method, r.Target = s.request.method, s.request.target
	}
	return r
}

// take checks the line that piece completes.
func (s *scanner) take(piece []byte) *Error {
	line := piece
	if len(s.begun) > 0 {
		line = slices.Concat(s.begun, piece)
		s.begun = nil
	}
	line, crlf := bytes.CutSuffix(line, []byte("\r\n"))
	switch {
	case !crlf:
		return bad("every line of a request must end with CR LF")
	case slices.ContainsFunc(line, isControl):
		return bad("a request must have no control characters in its lines")
	}
	switch s.next {
	case start:
		return s.start(line)
	case field:
		return s.field(line)
	case size:
		return s.size(line)
	case dataEnd:
		return s.dataEnd(line)
	default:
		return s.trailer(line)
	}
}

func (s *scanner) overlong() *Error {
	if s.next == size || s.next == dataEnd {
		return bad("the chunks of the body have too much overhead")
	}
	return &Error{Status: 431}
}

func isControl(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }

// start takes the request line, before which there may be one empty line.
func (s *scanner) start(line []byte) *Error {
	if len(line) == 0 && !s.blank {
		s.blank = true
		return nil
	}
	s.next = field
	return s.request.begin(line)
}

// field takes a header, or the empty line behind them.
func (s *scanner) field(line []byte) *Error {
	if len(line) > 0 {
		return s.request.field(line)
	}
	if refusal := s.request.complete(); refusal != nil {
		return refusal
	}
	if s.request.chunked {
		s.next, s.room = size, chunkRoom
		return nil
	}
	length := s.request.length
	s.restart()
	s.left = length
	return nil
}

// chunkRoom is how many bytes of overhead the chunks of a body may have, besides chunkShare for
// each chunk and one for each byte of data.
const (
	chunkRoom  = 4 << 10
	chunkShare = 16
)

// size takes the line before a chunk.
func (s *scanner) size(line []byte) *Error {
	digits := len(line)
	if extension := bytes.IndexByte(line, ';'); extension >= 0 {
		digits = extension
	}
	n, ok := hexadecimal(line[:digits])
	if !ok {
		return bad("the size of a chunk must be hexadecimal digits, and no more than 8")
	}
	if n == 0 {
		s.next, s.room = trailer, s.most.Head
		return nil
	}
	if s.body += n; s.body > s.most.Body {
		return &Error{Status: 413}
	}
	s.left, s.next = n, dataEnd
	s.room += chunkShare + int(n)
	return nil
}

// dataEnd takes the line end behind the data of a chunk.
func (s *scanner) dataEnd(line []byte) *Error {
	if len(line) > 0 {
		return bad("a chunk must be as long as its size says")
	}
	s.next = size
	return nil
}

// trailer takes a header behind a body, or the empty line behind these. The server ignores them.
func (s *scanner) trailer(line []byte) *Error {
	if len(line) == 0 {
		s.restart()
		return nil
	}
	_, _, refusal := split(line)
	return refusal
}

func hexadecimal(digits []byte) (n int64, ok bool) {
	for _, c := range digits {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | int64(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			n = n<<4 | int64(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return n, 0 < len(digits) && len(digits) <= 8
}
