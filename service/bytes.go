package service

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Bytes is a number of bytes. A flag writes it as 268435456, 262144KiB, 256MiB or 1GiB.
type Bytes int64

var units = []struct {
	name string
	size int64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"B", 1}, {"", 1}}

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *Bytes) UnmarshalText(text []byte) error {
	spelled := strings.ToLower(string(text))
	for _, unit := range units {
		digits, found := strings.CutSuffix(spelled, strings.ToLower(unit.name))
		if !found {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 63)
		if err != nil || int64(n) > math.MaxInt64/unit.size {
			break
		}
		*b = Bytes(int64(n) * unit.size)
		return nil
	}
	return errors.New("must be a number of bytes such as 268435456, 256MiB or 1GiB")
}

// String formats b in the largest unit that divides it.
func (b Bytes) String() string {
	for _, unit := range []int{2, 1, 0} {
		if size := units[unit].size; b != 0 && int64(b)%size == 0 {
			return strconv.FormatInt(int64(b)/size, 10) + units[unit].name
		}
	}
	return strconv.FormatInt(int64(b), 10)
}
