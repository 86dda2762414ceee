package e2e_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"orders/test/mongotest"
)

// logTo launches the service with its log going to w, and waits until it serves.
func logTo(t *testing.T, w *os.File, more ...string) *process {
	t.Helper()
	port := freePort(t)
	env := append([]string{"PORT=" + strconv.Itoa(port)}, more...)
	p := launchAs(t, func(cmd *exec.Cmd) { cmd.Stderr = w }, "", env)
	p.answers(t, port)
	return p
}

func pipe(t *testing.T) (r, w *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = r.Close()
		_ = w.Close()
	})
	return r, w
}

func TestAReaderOfTheLogThatGoesAway(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	r, w := pipe(t)
	p := logTo(t, w)
	_ = w.Close()
	_ = r.Close()
	for range 10 {
		p.create(t)
	}
	p.terminate(t)
	p.ends(t, 0, "")
}

func open(t *testing.T, name string, flags int) *os.File {
	t.Helper()
	f, err := os.OpenFile(name, flags, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// A pipe with a name may get another reader later. A line is written some time after its request
// was answered, on a busy machine when the other reader is there already: so it tries repeatedly.
func TestAnotherReaderOfTheLogComes(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	name := filepath.Join(t.TempDir(), "log")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	r := open(t, name, os.O_RDWR) // Does not wait for who writes.
	w := open(t, name, os.O_WRONLY)
	p := logTo(t, w)
	_ = w.Close()
	_ = r.Close()
	for pause := 50 * time.Millisecond; pause < time.Minute; pause *= 2 {
		p.create(t, "X-Request-ID: nobody-reads-this")
		time.Sleep(pause)
		again := open(t, name, os.O_RDONLY|syscall.O_NONBLOCK)
		p.create(t, "X-Request-ID: somebody-reads-this")
		text := readLog(t, again, pause)
		if !strings.Contains(text, "somebody-reads-this") {
			t.Fatalf("read %s", text)
		}
		if !strings.Contains(text, "nobody-reads-this") &&
			strings.Contains(text, `Log lines were lost" lines=`) {
			return
		}
		_ = again.Close()
	}
	t.Error("no line is lost and reported")
}

// readLog reads the log of a process until a line is there that somebody reads, and for a moment
// more.
func readLog(t *testing.T, log *os.File, more time.Duration) (text string) {
	t.Helper()
	_ = log.SetReadDeadline(time.Now().Add(patience))
	isThere := false
	for lines := bufio.NewScanner(log); lines.Scan(); {
		text += lines.Text() + "\n"
		if !isThere && strings.Contains(text, "somebody-reads-this") {
			isThere = true
			_ = log.SetReadDeadline(time.Now().Add(more))
		}
	}
	return text
}

// A reader that stalls stalls neither requests nor the end.
func TestAReaderOfTheLogThatStalls(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	r, w := pipe(t)
	p := logTo(t, w)
	_ = w.Close()
	const many = 8000 // More than the pipe and the memory for lines hold.
	long := strings.Repeat("x", 500)
	for range many {
		a, err := p.send(t.Context(), "GET", "/health?"+long, "")
		if err != nil || a.status != 200 {
			t.Fatalf("status %d: %v", a.status, err)
		}
	}
	p.terminate(t)
	p.ends(t, 0, "")
	text, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(text), "Server running") {
		t.Errorf("logged %.200s: %v", text, err)
	}
}

func TestALogOnAFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full here")
	}
	defer full.Close()
	p := logTo(t, full)
	p.create(t)
	p.terminate(t)
	p.ends(t, 0, "")
}

// What the process says last comes last, and is there when it has ended.
func TestTheLogIsWholeAtTheEnd(t *testing.T) {
	p := start(t)
	for range 100 {
		p.create(t)
	}
	p.terminate(t)
	p.ends(t, 0, `(?s)Server running.*(msg=request.*){100}Stopping`)
}

func TestHangingUpStopsTheService(t *testing.T) {
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP) // One that nohup makes us ignore is inherited.
	defer signal.Stop(heard)
	p := start(t)
	p.create(t)
	for range 2 { // As a terminal that is closed does.
		err := p.cmd.Process.Signal(syscall.SIGHUP)
		if err != nil && !errors.Is(err, os.ErrProcessDone) { // The first one may have ended it.
			t.Fatal(err)
		}
	}
	p.ends(t, 0, "Stopping")
}

func TestAnIgnoredHangupStaysIgnored(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	file, err := build()
	if err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	p := launchAs(t, func(cmd *exec.Cmd) {
		cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", "trap '' HUP; exec " + file}
	}, "", []string{"PORT=" + strconv.Itoa(port)})
	p.answers(t, port)
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	p.create(t)
}

// `orders projection status | head -1` and its like end quietly, and as a shell expects.
func TestACommandWhoseOutputNobodyReads(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts real processes")
	}
	uri := "MONGODB_URI=" + mongotest.URI(t)
	start(t, uri).kill()
	for _, command := range [][]string{
		{"projection", "status"}, {"projection", "verify"}, {"projection", "retry"},
		{"projection", "rebuild", "orders"}, {"migrate", "version"},
	} {
		r, w := pipe(t)
		_ = r.Close()
		p := launchAs(t, func(cmd *exec.Cmd) { cmd.Stdout = w }, "",
			[]string{uri, "LOG_LEVEL=error"}, command...)
		p.ends(t, 141, "^$")
	}
}
