package rabbitmq

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
)

// The library ends the connection when a message comes whose headers are beyond these limits, and
// the broker sends that message again to the next one.
const (
	nestedMost  = 32
	elementsMax = 8192
)

// headersOmitted is in place of headers of which a message has more than elementsMax.
const headersOmitted = "x-orders-omitted"

// frames is a socket that hands on what the broker sends, so that the library can read it: a
// header with a value that the library refuses has an empty text instead.
type frames struct {
	net.Conn
	in   *bufio.Reader
	next []byte // What comes next.
	pass int    // How many bytes after that come as they are.
}

func newFrames(socket net.Conn) *frames {
	return &frames{Conn: socket, in: bufio.NewReader(socket)}
}

// Read implements net.Conn.
func (f *frames) Read(p []byte) (int, error) {
	if len(f.next) == 0 && f.pass == 0 {
		if err := f.begin(); err != nil {
			return 0, err
		}
	}
	if len(f.next) > 0 {
		n := copy(p, f.next)
		f.next = f.next[n:]
		return n, nil
	}
	n, err := f.in.Read(p[:min(len(p), f.pass)])
	f.pass -= n
	return n, err
}

const (
	frameHead   = 7 // Type, channel, size.
	headersType = 2
	headersMost = 1 << 20 // RabbitMQ sends frames of 128 KiB at most.
)

// begin begins with the next frame.
func (f *frames) begin() error {
	head, err := f.in.Peek(frameHead)
	if err != nil {
		return err
	}
	size := binary.BigEndian.Uint32(head[3:])
	if head[0] != headersType || size > headersMost {
		f.pass = frameHead + int(size) + 1
		return nil
	}
	f.next = make([]byte, frameHead+int(size)+1)
	if _, err := io.ReadFull(f.in, f.next); err != nil {
		f.next = nil
		return err
	}
	if readable, err := withReadable(f.next); err == nil {
		f.next = readable
	} // Else the library says what is wrong.
	return nil
}

var errFrame = errors.New("this is no frame with headers")

// withReadable returns a frame in which all headers can be read.
func withReadable(frame []byte) ([]byte, error) {
	const (
		flagsAt, propertiesAt   = frameHead + 12, frameHead + 14
		contentType, encoding   = 1 << 15, 1 << 14
		headers, sizeOfTable    = 1 << 13, 4
		sizeAt, endOfFrameBytes = 3, 1
	)
	if len(frame) < propertiesAt+endOfFrameBytes {
		return nil, errFrame
	}
	flags, at := binary.BigEndian.Uint16(frame[flagsAt:]), propertiesAt
	for _, flag := range []uint16{contentType, encoding} {
		if flags&flag != 0 && at < len(frame) {
			at += 1 + int(frame[at])
		}
	}
	if flags&headers == 0 {
		return frame, nil
	}
	if len(frame) < at+sizeOfTable {
		return nil, errFrame
	}
	end := at + sizeOfTable + int(binary.BigEndian.Uint32(frame[at:]))
	if len(frame) < end {
		return nil, errFrame
	}
	table, err := readable(frame[at+sizeOfTable : end])
	if err != nil || table == nil {
		return frame, err
	}
	all := append([]byte{}, frame[:at]...)
	all = binary.BigEndian.AppendUint32(all, uint32(len(table)))
	all = append(append(all, table...), frame[end:]...)
	binary.BigEndian.PutUint32(all[sizeAt:], uint32(len(all)-frameHead-endOfFrameBytes))
	return all, nil
}

// readable returns the entries of a table as the library can read them; nil if it can as they are.
func readable(table []byte) ([]byte, error) {
	var all, offset []byte
	count, isReadable := 0, true
	for rest := table; len(rest) > 0; count++ {
		name := 1 + int(rest[0])
		if len(rest) < name+1 {
			return nil, errFrame
		}
		size, err := sizeOfField(rest[name:])
		if err != nil {
			return nil, err
		}
		entry := rest[:name+size]
		if string(entry[1:name]) == offsetHeader {
			offset = entry
		}
		if !isField(entry[name:], 0) {
			isReadable = false
			entry = append(append([]byte{}, entry[:name]...), 'S', 0, 0, 0, 0)
		}
		all = append(all, entry...)
		rest = rest[name+size:]
	}
	switch {
	case count > elementsMax:
		all = append([]byte{byte(len(headersOmitted))}, headersOmitted+"t\x01"...)
		return append(all, offset...), nil
	case isReadable:
		return nil, nil
	}
	return all, nil
}
