package backupfile

import (
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"orders/app/backup"
	"orders/domain/order"
	"orders/ports"
)

// The format of the files, which a header names.
const (
	Format  = "orders-commits"
	Version = 1
)

// A Header is the first line of a file.
type Header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	Begun   string `json:"begun"`    // When the export began, by its clock: RFC 3339.
	Program string `json:"program"`  // The version of the program that wrote it.
	From    string `json:"position"` // The present of the feed then.
}

// NewHeader is the header of a file that is begun now.
func NewHeader(now time.Time, program string, from ports.Position) Header {
	return Header{
		Format: Format, Version: Version, Begun: now.UTC().Format(timeLayout), Program: program,
		From: string(from),
	}
}

// A lack is a line that stands for what an order lacks.
type lack struct {
	OrderID string `json:"orderId"`
	Version int    `json:"version"`
	Reason  string `json:"reason"`
}

// A total is the last line.
type total struct {
	Commits    int `json:"commits"`
	Orders     int `json:"orders"`
	Unreadable int `json:"unreadable"`
}

// A line is one of these, named by its kind.
type line struct {
	Header *Header `json:"header,omitempty"`
	Commit *commit `json:"commit,omitempty"`
	Lack   *lack   `json:"unreadable,omitempty"`
	Total  *total  `json:"end,omitempty"`
}

// beginOf is the line as it begins, without the brace that ends it.
func beginOf(l line) ([]byte, error) {
	text, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return text[:len(text)-1], nil
}

func lineOf(begin []byte) (l line, err error) {
	text := append(slices.Clone(begin), '}')
	// The version in a header says which members there are.
	isStrict := !strings.HasPrefix(string(begin[:min(len(begin), len(headerBegin))]), headerBegin)
	err = json.Unmarshal(text, &l, json.RejectUnknownMembers(isStrict))
	return l, err
}

func lackOf(u backup.Unreadable) *lack {
	return &lack{string(u.OrderID), u.Version, strings.ToValidUTF8(u.Reason, "\ufffd")}
}

func (l lack) means() backup.Unreadable {
	return backup.Unreadable{OrderID: order.ID(l.OrderID), Version: l.Version, Reason: l.Reason}
}
