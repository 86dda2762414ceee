// Package guard starts servers for tests, as processes or as containers of Docker. None outlives
// the test binary, however that ends.
package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A test binary has no last moment of its own: it may panic, time out or be killed. So it starts
// a copy of itself, the guard, which waits for the lock on the session's folder. The kernel gives
// it the lock when the test binary is gone, however it went; then the guard ends every server of
// the session and removes the folder. Should a guard be lost, the next one does its work.

const (
	guardVariable = "ORDERS_TEST_GUARD"
	sessionPrefix = "orders-test-"
	lockName      = "lock"

	// A folder younger than this may be one whose owner has not locked it yet.
	settled = time.Minute

	clearTimeout = time.Minute
)

func init() {
	if dir := os.Getenv(guardVariable); dir != "" {
		clearWhenLocked(dir, 0) // Waits until the owner is gone.
		clearLeftovers()
		os.Exit(0)
	}
}

// owned keeps the lock on the own session: the garbage collector would close it.
var owned struct{ lock *os.File }

// Session returns the folder of everything that this test binary starts, and guards it. A server
// that is a process has its data there, and shows so in its command line.
var Session = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", sessionPrefix)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, lockName), nil, 0o600); err != nil {
		return "", err
	}
	if owned.lock, err = lock(dir, syscall.LOCK_NB); err != nil {
		return "", err
	}
	binary, err := os.Executable()
	if err != nil {
		return "", err
	}
	guard := exec.CommandContext(context.Background(), binary)
	guard.Env = append(os.Environ(), guardVariable+"="+dir)
	guard.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Whoever ends us must not end it.
	if err := guard.Start(); err != nil {
		return "", fmt.Errorf("start the guard: %w", err)
	}
	return dir, nil
})

// lock takes the lock of a session's folder. Without LOCK_NB it waits until the owner is gone.
func lock(dir string, how int) (*os.File, error) {
	file, err := os.Open(filepath.Join(dir, lockName))
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|how)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(err, file.Close())
		}
	}
}

// clearLeftovers clears the sessions whose owner and guard are both gone.
func clearLeftovers() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), sessionPrefix+"*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < settled {
			continue
		}
		clearWhenLocked(dir, syscall.LOCK_NB)
	}
}

func clearWhenLocked(dir string, how int) {
	if file, err := lock(dir, how); err == nil {
		clearUp(dir)
		_ = file.Close()
	}
}

// clearUp ends every server of a session and removes its folder. If a server cannot be ended, the
// folder stays for the next guard to try again.
func clearUp(dir string) {
	for begun := time.Now(); time.Since(begun) < clearTimeout; time.Sleep(50 * time.Millisecond) {
		pids := servers(dir)
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		containers, err := removeContainers(dir)
		if len(pids) == 0 && containers == 0 && err == nil {
			_ = os.RemoveAll(dir)
			return
		}
	}
}

// servers returns the processes whose command line names something in a session's folder. The
// name of that is unique, so no other process is taken for one, as it could be by a process id that
// is kept in a file.
func servers(dir string) (pids []int) {
	for pid, args := range commandLines() {
		if strings.Contains(args, dir+string(filepath.Separator)) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func commandLines() map[int]string {
	lines := map[int]string{}
	if runtime.GOOS != "linux" {
		out, _ := exec.CommandContext(context.Background(), "ps", "-axo", "pid=,args=").Output()
		for line := range strings.Lines(string(out)) {
			id, args, _ := strings.Cut(strings.TrimSpace(line), " ")
			if pid, err := strconv.Atoi(id); err == nil {
				lines[pid] = args
			}
		}
		return lines
	}
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline") // A slim image has no ps.
	for _, file := range files {
		args, err := os.ReadFile(file)
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && pid > 0 {
			lines[pid] = string(bytes.ReplaceAll(args, []byte{0}, []byte{' '}))
		}
	}
	return lines
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
