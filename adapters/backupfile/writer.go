package backupfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"orders/app/backup"
	"orders/ports"
)

var _ backup.Sink = (*Writer)(nil)

// lineMax is how long a line may be: a commit of 16 MiB, were all of it escaped, and more.
const lineMax = 128 << 20

// bufferSize is how much is written at once.
const bufferSize = 64 << 10

// A Writer writes lines. After an error of the output it writes nothing more.
type Writer struct {
	Has *backup.Contents

	out *bufio.Writer
	sum chain
}

// NewWriter begins a file with its header.
func NewWriter(out io.Writer, h Header) (*Writer, error) {
	w := &Writer{Has: backup.NewContents(), out: bufio.NewWriterSize(out, bufferSize)}
	return w, w.put(line{Header: &h})
}

// continued is the Writer that goes on where a Reader ended.
func continued(out io.Writer, r *Reader) *Writer {
	return &Writer{Has: r.Has, out: bufio.NewWriterSize(out, bufferSize), sum: r.sum}
}

// Write implements backup.Sink.
func (w *Writer) Write(c ports.Commit) error {
	form, err := commitOf(c)
	if err != nil {
		return err
	}
	begin, err := beginOf(line{Commit: form})
	if err != nil || len(begin) > lineMax-sumSize {
		return fmt.Errorf("%w: no line can have it: %w", ports.ErrUnreadable,
			errors.Join(err, errLong))
	}
	if err := w.Has.Add(c); err != nil {
		return err
	}
	return w.end(begin)
}

// Lack implements backup.Sink.
func (w *Writer) Lack(u backup.Unreadable) error {
	if err := w.Has.Lack(u); err != nil {
		return err
	}
	return w.put(line{Lack: lackOf(u)})
}

// End writes the last line. Without it a file counts as cut off.
func (w *Writer) End() error {
	err := w.put(line{Total: &total{w.Has.Commits, w.Has.Orders, w.Has.Unreadable}})
	return errors.Join(err, w.Flush())
}

// Flush hands over what is buffered.
func (w *Writer) Flush() error { return w.out.Flush() }

func (w *Writer) put(l line) error {
	begin, err := beginOf(l)
	if err != nil {
		return err
	}
	return w.end(begin)
}

func (w *Writer) end(begin []byte) error {
	_, err := w.out.Write(w.sum.append(begin))
	return err
}
