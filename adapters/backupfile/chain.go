// Package backupfile reads and writes files that have all commits of a service, in lines of JSON
// that a chain of checksums holds together.
package backupfile

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// A chain holds lines together. Each line ends with the checksum of all that comes before that end,
// and of the line before:
//
//	{"commit":{…},"sha256":"<SHA-256 of the checksum of the line before and of {"commit":{…}>"}
type chain [2 * sha256.Size]byte // In hexadecimal digits; zero before the first line.

const (
	sumBegin = `,"sha256":"`
	sumEnd   = "\"}\n"
	// sumSize is how long the end of a line is.
	sumSize = len(sumBegin) + 2*sha256.Size + len(sumEnd)
)

var errChain = errors.New("the line is damaged, or does not follow the one before: " +
	"its checksum is wrong")

// append appends the end of a line that begins with body.
func (c *chain) append(body []byte) (line []byte) {
	c.add(body)
	line = append(append(body, sumBegin...), c[:]...)
	return append(line, sumEnd...)
}

// cut returns the line without its end, which must be right.
func (c *chain) cut(line []byte) (body []byte, err error) {
	if len(line) < sumSize {
		return nil, errChain
	}
	next := *c
	body, end := line[:len(line)-sumSize], line[len(line)-sumSize:]
	next.add(body)
	want := append(append([]byte(sumBegin), next[:]...), sumEnd...)
	if !bytes.Equal(end, want) {
		return nil, errChain
	}
	*c = next
	return body, nil
}

func (c *chain) add(body []byte) {
	h := sha256.New()
	if *c != (chain{}) {
		h.Write(c[:])
	}
	h.Write(body)
	hex.Encode(c[:], h.Sum(nil))
}
