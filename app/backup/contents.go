package backup

import (
	"crypto/sha256"
	"fmt"
	"math"

	"orders/domain/order"
	"orders/ports"
)

// Contents are what a backup has of each order: its commits from the first one on, without a gap.
// They hold some 30 bytes for each order, whatever the length of its ID.
type Contents struct {
	versions map[digest]uint16

	Commits    int
	Orders     int          // That have a commit.
	Unreadable int          // Orders that lack commits.
	Keys       int          // Of orders that another program took.
	Last       ports.Commit // The last one that was added.
	IsSorted   bool         // The commits came by order and version, as those of an archive do.
}

// A digest stands for the ID of an order. Two orders never have the same: it has as many bits as
// an ID.
type digest [16]byte

// lacks is added to the version of an order whose next commits are unreadable.
const lacks = math.MaxInt16 + 1

func digestOf(id order.ID) (d digest) {
	sum := sha256.Sum256([]byte(id))
	copy(d[:], sum[:])
	return d
}

// NewContents are those of an empty backup.
func NewContents() *Contents {
	return &Contents{versions: map[digest]uint16{}, IsSorted: true}
}

// Version returns the last version of an order, 0 if there is none; and whether its next commits
// are unreadable.
func (c *Contents) Version(id order.ID) (version int, isCutOff bool) {
	v := c.versions[digestOf(id)]
	return int(v &^ lacks), v&lacks != 0
}

// Add adds a commit. It refuses one that is not the next of its order.
func (c *Contents) Add(commit ports.Commit) error {
	if err := c.wantNext(commit.OrderID, commit.Version); err != nil {
		return err
	}
	if commit.OrderID < c.Last.OrderID {
		c.IsSorted = false
	}
	if commit.Version == 1 {
		c.Orders++
	}
	if _, has := commit.ImportedKey(); has {
		c.Keys++
	}
	c.versions[digestOf(commit.OrderID)] = uint16(commit.Version)
	c.Commits++
	c.Last = commit
	return nil
}

// Lack adds that an order's commits from a version on are unreadable.
func (c *Contents) Lack(u Unreadable) error {
	if err := c.wantNext(u.OrderID, u.Version); err != nil {
		return err
	}
	c.versions[digestOf(u.OrderID)] |= lacks
	c.Unreadable++
	return nil
}

func (c *Contents) wantNext(id order.ID, version int) error {
	last, isCutOff := c.Version(id)
	switch {
	case isCutOff:
		return fmt.Errorf("version %d of order %s follows what is unreadable", version, id)
	case version != last+1:
		return fmt.Errorf("version %d of order %s follows version %d", version, id, last)
	case version > order.CommitsEver:
		return fmt.Errorf("version %d of order %s is more than an order can have", version, id)
	}
	return nil
}
