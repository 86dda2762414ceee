package backupfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// PartialSuffix ends the name of a file that is not whole yet.
const PartialSuffix = ".partial"

// headerBegin is how each file begins.
const headerBegin = `{"header":`

// A Partial is a file that an export writes. It gets its name when it is whole.
type Partial struct {
	*Writer

	Header Header // Of the export that was broken off; zero if the file is new.

	file *os.File
	path string
}

// OpenPartial opens the file that becomes path. It goes on after the last whole line of a file that
// was broken off, once its lines are checked; seen hears of each.
func OpenPartial(path string, seen func(commits int)) (*Partial, error) {
	if err := wantFree(path); err != nil {
		return nil, err
	}
	name := path + PartialSuffix
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // An operator does.
	if err != nil {
		return nil, err
	}
	p := &Partial{file: file, path: path}
	if err = lock(file); err == nil {
		err = wantNamed(file)
	}
	if err == nil {
		err = p.resume(seen)
	}
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("go on with %s: %w", file.Name(), err)
	}
	return p, nil
}

func wantFree(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s is there already, and is left as it is", path), err)
	}
	return nil
}

// wantNamed refuses a file that got another name before it was locked: it is whole.
func wantNamed(file *os.File) error {
	opened, err := file.Stat()
	if err != nil {
		return err
	}
	named, err := os.Stat(file.Name())
	if err == nil && !os.SameFile(opened, named) || errors.Is(err, fs.ErrNotExist) {
		return errors.New("another process has just finished it")
	}
	return err
}

// resume drops a half line at the end, and the last line: more may come before it.
func (p *Partial) resume(seen func(commits int)) error {
	r, err := NewReader(p.file)
	for err == nil {
		_, _, err = r.Next()
		seen(r.Has.Commits)
	}
	if !errors.Is(err, io.EOF) && !errors.Is(err, ErrCutOff) {
		return err
	}
	if r.Whole > 0 {
		p.Header, p.Writer = r.Header, continued(p.file, r)
	} else if err := p.wantOurs(); err != nil {
		return err
	}
	if err := p.file.Truncate(r.Whole); err != nil {
		return err
	}
	_, err = p.file.Seek(r.Whole, io.SeekStart)
	return err
}

// wantOurs refuses a file without a whole line that is not the beginning of a header.
func (p *Partial) wantOurs() error {
	begin := make([]byte, len(headerBegin))
	n, err := p.file.ReadAt(begin, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !strings.HasPrefix(headerBegin, string(begin[:n])) {
		return errHeader
	}
	return nil
}

// Begin writes the header of a new file.
func (p *Partial) Begin(h Header) (err error) {
	p.Writer, err = NewWriter(p.file, h)
	return err
}

// IsNew reports whether there is nothing to go on with.
func (p *Partial) IsNew() bool { return p.Writer == nil }

// Finish writes the last line and gives the file its name, once the disk has all of it.
func (p *Partial) Finish() error {
	err := p.End()
	if err == nil {
		err = p.file.Sync()
	}
	if err == nil {
		err = wantFree(p.path)
	}
	if err == nil {
		err = os.Rename(p.file.Name(), p.path)
	}
	if err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(p.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Close keeps what was written, for the next one to go on with.
func (p *Partial) Close() error {
	var err error
	if p.Writer != nil {
		err = p.Flush()
	}
	return errors.Join(err, p.file.Close())
}
