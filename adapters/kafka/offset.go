package kafka

import (
	"fmt"
	"strconv"
	"strings"

	"orders/ports"
)

// Offsets are the places in all partitions of a topic, as "0:17,1:4".
type offsets []int64

func (o offsets) String() string {
	var b strings.Builder
	for partition, n := range o {
		if partition > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(partition))
		b.WriteByte(':')
		b.WriteString(strconv.FormatInt(n, 10))
	}
	return b.String()
}

// parseOffsets reads an Offset.
func parseOffsets(text ports.Offset) (offsets, error) {
	o := offsets{}
	for i, part := range strings.Split(string(text), ",") {
		_, number, _ := strings.Cut(part, ":")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 0 || part != strconv.Itoa(i)+":"+strconv.FormatInt(n, 10) {
			return nil, fmt.Errorf("%w: %q is no offset", ports.ErrGone, text)
		}
		o = append(o, n)
	}
	return o, nil
}

// Reached implements ports.TopicReader. It is so if it is in every partition.
func (r *Reader) Reached(at, end ports.Offset) bool {
	here, err := parseOffsets(at)
	there, endErr := parseOffsets(end)
	if err != nil || endErr != nil || len(here) != len(there) {
		return false
	}
	for partition, n := range there {
		if here[partition] < n {
			return false
		}
	}
	return true
}
