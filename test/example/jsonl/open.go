package jsonl

import (
	"bufio"
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"orders/domain/order"
)

// A header is the first line of a file.
type header struct {
	Store string `json:"store"` // The name, at random.
}

// nameSize is how long the names are that rand.Text makes.
const nameSize = 26

func (h header) line() string { return `{"store":"` + h.Store + "\"}\n" }

// Open opens the store in a file, and creates the file if there is none. It fails while another
// process has the store open.
func Open(path string) (*Store, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Store{file: file, orders: map[order.ID][]place{}, grown: make(chan struct{})}
	if err := s.open(); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) open() error {
	if err := lock(s.file); err != nil {
		return err
	}
	if err := s.scan(); err != nil {
		return err
	}
	// The process died while it wrote the bytes after the last whole line. They were not
	// acknowledged.
	if err := s.file.Truncate(s.end); err != nil {
		return err
	}
	if s.end == 0 {
		return s.create()
	}
	return s.file.Sync()
}

// scan finds the place of each line.
func (s *Store) scan() error {
	lines := bufio.NewReader(s.file)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF) && (number > 1 || isTorn(line)):
			return nil
		case number == 1:
			err = s.readName(line)
		case err == nil:
			err = s.addLine(line)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
}

// isTorn reports whether a first line without an end is empty, or the beginning of a header. A file
// with any other content is somebody else's, and must not be changed.
func isTorn(line []byte) bool {
	const begin, end = `{"store":"`, `"}`
	name, ok := strings.CutPrefix(string(line), begin)
	if !ok {
		return strings.HasPrefix(begin, string(line))
	}
	rest := strings.TrimLeft(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") // As in rand.Text.
	size := len(name) - len(rest)
	return size < nameSize && rest == "" || size == nameSize && strings.HasPrefix(end, rest)
}

// readName reads the name of the store from its first line, which is a header and nothing else.
func (s *Store) readName(line []byte) error {
	var h header
	if err := json.Unmarshal(line, &h); err != nil || h.Store == "" || h.line() != string(line) {
		return errors.New("it is no store of orders")
	}
	s.name, s.end = h.Store, int64(len(line))
	return nil
}

// addLine makes the commit in a line known, or refuses a line that is no next commit.
func (s *Store) addLine(line []byte) error {
	c, err := decode(line)
	if c.OrderID == "" {
		return fmt.Errorf("it is no commit: %w", cmp.Or(err, errors.New("it names no order")))
	}
	if next := len(s.orders[c.OrderID]) + 1; c.Version != next {
		return fmt.Errorf("version %d of order %s, want %d", c.Version, c.OrderID, next)
	}
	s.add(c.OrderID, len(line))
	return nil
}

// create writes the first line, and syncs the directory, so that the file's name lasts, too.
func (s *Store) create() error {
	line := []byte(header{Store: rand.Text()}.line())
	if err := s.write(line); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(s.file.Name()))
	if err != nil {
		return err
	}
	defer folder.Close()
	return errors.Join(folder.Sync(), s.readName(line))
}

// Close closes the store after the append that runs has its line on the disk.
func (s *Store) Close() error {
	s.appending.Lock()
	defer s.appending.Unlock()
	if errors.Is(s.failed, os.ErrClosed) {
		return nil
	}
	s.failed = os.ErrClosed
	return s.file.Close() // This releases the lock.
}
