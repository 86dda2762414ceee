package machine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// tick is what /proc counts processor time in; Linux fixes it for programs at 100 a second.
const tick = 10 * time.Millisecond

// CPU returns the processor time that a process has used, from /proc/ID/stat.
func CPU(id int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	if err != nil {
		return 0, err
	}
	return parseStat(text)
}

// parseStat adds up utime and stime, the 14th and 15th field. The second is the name of the
// program in parentheses, which may hold anything.
func parseStat(text []byte) (time.Duration, error) {
	const user, system = 14 - 3, 15 - 3
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) <= system {
		return 0, errors.New("/proc/PID/stat has too few fields")
	}
	var ticks int64
	for _, i := range []int{user, system} {
		n, err := strconv.ParseInt(string(fields[i]), 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * tick, nil
}

// PeakMemory returns the most memory that a process had, in bytes: VmHWM of /proc/ID/status.
func PeakMemory(id int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", id))
	if err != nil {
		return 0, err
	}
	return kilobytes(text, "VmHWM")
}

// kilobytes reads a field such as "VmHWM:   123 kB" as bytes.
func kilobytes(text []byte, field string) (int64, error) {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		value, found := strings.CutPrefix(lines.Text(), field+":")
		if !found {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(value, "kB")), 10, 64)
		return n << 10, err
	}
	return 0, fmt.Errorf("no %s", field)
}

// Describe tells of the processor, the memory and the kernel of this machine.
func Describe() (cpu, memory, kernel string) {
	cpu, memory, kernel = "unknown", "unknown", "unknown"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
				cpu = strings.TrimSpace(value)
				break
			}
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if n, err := kilobytes(text, "MemTotal"); err == nil {
			memory = fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
		}
	}
	if text, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		kernel = "Linux " + strings.TrimSpace(string(text))
	}
	return cpu, memory, kernel
}
