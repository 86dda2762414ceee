package machine

import (
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestProcessorTimeIsReadBehindAnyName(t *testing.T) {
	const stat = "42 (a) b (c)) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 8 20 0 9 0 1 2 3\n"
	if got, err := parseStat([]byte(stat)); err != nil || got != 3*time.Second {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := parseStat([]byte("42 (a) S 1")); err == nil {
		t.Error("it makes do with too few fields")
	}
}

func TestPeakMemoryIsReadInBytes(t *testing.T) {
	text := []byte("Name:\torders\nVmPeak:\t  999 kB\nVmHWM:\t  2048 kB\n")
	if got, err := kilobytes(text, "VmHWM"); err != nil || got != 2<<20 {
		t.Errorf("%d, %v", got, err)
	}
	if _, err := kilobytes(text, "VmRSS"); err == nil {
		t.Error("it finds what is not there")
	}
}

func TestThisProcessIsMeasured(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("it needs /proc")
	}
	if memory, err := PeakMemory(os.Getpid()); err != nil || memory < 1<<20 {
		t.Errorf("%d bytes, %v", memory, err)
	}
	if _, err := CPU(os.Getpid()); err != nil {
		t.Error(err)
	}
}

func TestAProgramRunsToItsEnd(t *testing.T) {
	took, memory, err := Run(t.Context(), Program{
		File: "/bin/sh", Args: []string{"-c", "sleep 0.01"}, Dir: t.TempDir(),
	})
	if err != nil || took < 10*time.Millisecond || memory < 1<<10 {
		t.Errorf("%s, %d bytes, %v", took, memory, err)
	}
	_, _, err = Run(t.Context(), Program{
		File: "/bin/sh", Args: []string{"-c", "echo it is broken >&2; exit 3"},
	})
	if err == nil || !strings.Contains(err.Error(), "exit code 3: it is broken") {
		t.Errorf("the error is %v", err)
	}
}
