package backupfile

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"orders/app/backup"
	"orders/ports"
)

// A File is a whole file, which is read several times.
type File struct {
	Has   *backup.Contents    // Once it is checked.
	Lacks []backup.Unreadable // What orders lack; the first hundred.

	file *os.File
	sum  chain // Of its last line.
}

// lacksMax is how many of the orders that lack something are kept.
const lacksMax = 100

// Open opens a file, which gzip may have compressed.
func Open(path string) (*File, error) {
	file, err := os.Open(path) //nolint:gosec // Whoever starts the program names the file.
	if err != nil {
		return nil, err
	}
	if kind, err := file.Stat(); err != nil || !kind.Mode().IsRegular() {
		_ = file.Close()
		return nil, errors.Join(fmt.Errorf("%s is no file: it is read several times, "+
			"first to see whether it is whole", path), err)
	}
	return &File{file: file}, nil
}

// Close closes it.
func (f *File) Close() error { return f.file.Close() }

// Check reads all of the file, and returns an error unless it is whole.
func (f *File) Check(ctx context.Context, seen func(commits int)) error {
	r, err := f.read(ctx, func(r *Reader, _ *ports.Commit, lacks *backup.Unreadable) error {
		if lacks != nil && len(f.Lacks) < lacksMax {
			f.Lacks = append(f.Lacks, *lacks)
		}
		seen(r.Has.Commits)
		return nil
	})
	if err == nil {
		f.Has, f.sum = r.Has, r.last
	}
	return err
}

// Lines is a backup.Lines of a file that is checked.
func (f *File) Lines(ctx context.Context, each func(line int, c ports.Commit) error) error {
	r, err := f.read(ctx, func(r *Reader, c *ports.Commit, _ *backup.Unreadable) error {
		if c == nil {
			return nil
		}
		return each(r.Line, *c)
	})
	if err == nil && r.last != f.sum {
		err = fmt.Errorf("%s has changed since it was checked", f.file.Name())
	}
	return err
}

func (f *File) read(
	ctx context.Context, each func(*Reader, *ports.Commit, *backup.Unreadable) error,
) (*Reader, error) {
	r, err := f.begin()
	for err == nil {
		var c *ports.Commit
		var lacks *backup.Unreadable
		if c, lacks, err = r.Next(); err == nil {
			err = errors.Join(ctx.Err(), each(r, c, lacks))
		}
	}
	if errors.Is(err, io.EOF) {
		return r, nil
	}
	return r, fmt.Errorf("%s: %w", f.file.Name(), err)
}

func (f *File) begin() (*Reader, error) {
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	isGzip, err := f.isGzip()
	switch {
	case err != nil:
		return nil, err
	case !isGzip:
		return NewReader(f.file)
	}
	text, err := gzip.NewReader(f.file)
	if err != nil {
		return nil, err
	}
	return NewReader(text)
}

// isGzip goes by how the file begins: export compresses none, whatever it is called.
func (f *File) isGzip() (bool, error) {
	const magic = "\x1f\x8b"
	begin := make([]byte, len(magic))
	n, err := f.file.ReadAt(begin, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return string(begin[:n]) == magic, err
}
