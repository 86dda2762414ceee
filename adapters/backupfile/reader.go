package backupfile

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"

	"orders/app/backup"
	"orders/ports"
)

var (
	// ErrCutOff means that a file ends before its last line.
	ErrCutOff = errors.New("the file is cut off: its last line is missing")

	errLong   = fmt.Errorf("a line is longer than %d MiB", lineMax>>20)
	errTorn   = errors.New("the line has no end")
	errHeader = errors.New("it is no file that orders export wrote, or its first line is damaged")
	errKind   = errors.New("the line is neither a commit nor what may stand beside commits")
	errMore   = errors.New("something follows the last line")
	errTotal  = errors.New("the last line counts other commits than the file has")
)

// A Reader reads lines and refuses the first that is damaged, with its number.
type Reader struct {
	Header Header
	Has    *backup.Contents // Of the lines that were read.
	Line   int              // The number of the last line that was read, from 1.
	Whole  int64            // How many bytes the lines have that were read, but for the last one.
	Ended  bool             // The last line was read.

	in   *bufio.Reader
	sum  chain // Of the lines that Whole counts.
	last chain // Of the last line.
}

// NewReader reads the header.
func NewReader(in io.Reader) (*Reader, error) {
	r := &Reader{Has: backup.NewContents(), in: bufio.NewReaderSize(in, bufferSize)}
	l, err := r.read()
	switch {
	case errors.Is(err, io.EOF):
		return r, ErrCutOff
	case err == nil && l.Header == nil, errors.Is(err, errChain):
		return r, r.at(errHeader)
	case err == nil && (l.Header.Format != Format || l.Header.Version != Version):
		return r, r.at(fmt.Errorf("the format is %.100q %d, and this program reads %q %d",
			l.Header.Format, l.Header.Version, Format, Version))
	case err == nil:
		r.Header = *l.Header
	}
	return r, err
}

// Next returns the next commit, or what an order lacks. At the last line it returns io.EOF, and for
// a file that has none, ErrCutOff.
func (r *Reader) Next() (c *ports.Commit, lacks *backup.Unreadable, err error) {
	l, err := r.read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil, ErrCutOff
	case err != nil:
		return nil, nil, err
	case l.Commit != nil:
		is, err := l.Commit.means()
		if err == nil {
			err = r.Has.Add(is)
		}
		if err != nil {
			err = r.at(fmt.Errorf("order %.100q, version %d: %w",
				l.Commit.OrderID, l.Commit.Version, err))
		}
		return &is, nil, err
	case l.Lack != nil:
		is := l.Lack.means()
		return nil, &is, r.at(r.Has.Lack(is))
	case l.Total != nil:
		return nil, nil, r.end(*l.Total)
	}
	return nil, nil, r.at(errKind)
}

// end checks the last line, and that nothing follows.
func (r *Reader) end(t total) error {
	if t != (total{r.Has.Commits, r.Has.Orders, r.Has.Unreadable}) {
		return r.at(errTotal)
	}
	r.Ended = true
	if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
		r.Line++
		return r.at(cmp.Or(err, errMore))
	}
	return io.EOF
}

// read returns the next line, or io.EOF before a line that is not there.
func (r *Reader) read() (l line, err error) {
	text, err := r.text()
	if errors.Is(err, io.EOF) && len(text) == 0 {
		return l, io.EOF
	}
	r.Line++
	if errors.Is(err, io.EOF) {
		return l, r.at(fmt.Errorf("%w: %w", ErrCutOff, errTorn))
	}
	sum, begin := r.sum, []byte(nil)
	if err == nil {
		begin, err = sum.cut(text)
	}
	if err == nil {
		l, err = lineOf(begin)
	}
	if r.last = sum; err == nil && l.Total == nil {
		r.sum, r.Whole = sum, r.Whole+int64(len(text))
	}
	return l, r.at(err)
}

// text reads a line, whose memory grows with what arrives.
func (r *Reader) text() (all []byte, err error) {
	for {
		part, err := r.in.ReadSlice('\n')
		if all = append(all, part...); len(all) > lineMax {
			return nil, errLong
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return all, err
		}
	}
}

func (r *Reader) at(err error) error {
	if err != nil {
		err = fmt.Errorf("line %d: %w", r.Line, err)
	}
	return err
}
