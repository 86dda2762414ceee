package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const fetching = "fetching-"

// Cached returns a file or folder in the user's cache folder, and has fetch make it when it is
// missing: in a folder that is removed afterwards, from which the result is moved, so that it
// appears whole or not at all. Processes that need it at the same time wait for one of them.
func Cached(name string, fetch func(temp string) (made string, err error)) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	cached := filepath.Join(cache, name)
	if exists(cached) {
		return cached, nil
	}
	if err := os.MkdirAll(filepath.Dir(cached), 0o755); err != nil {
		return "", err
	}
	lock, err := lockFile(filepath.Join(filepath.Dir(cached), "lock"))
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if exists(cached) { // Another process fetched it while this one waited.
		return cached, nil
	}
	return cached, fetchTo(cached, fetch)
}

// fetchTo is called by one process at a time, so what lies around was left by one that was killed.
func fetchTo(cached string, fetch func(temp string) (string, error)) error {
	dir := filepath.Dir(cached)
	left, _ := filepath.Glob(filepath.Join(dir, fetching+"*"))
	for _, temp := range left {
		_ = os.RemoveAll(temp)
	}
	temp, err := os.MkdirTemp(dir, fetching)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	made, err := fetch(temp)
	if err != nil {
		return err
	}
	return os.Rename(made, cached)
}

// lockFile waits until this process alone holds the file; closing it lets go.
func lockFile(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX)
		if err == nil {
			return file, nil
		}
		if !errors.Is(err, syscall.EINTR) {
			return nil, errors.Join(fmt.Errorf("lock %s: %w", name, err), file.Close())
		}
	}
}

// Run runs a command to its end. Its error holds the last line that the command printed.
func Run(timeout time.Duration, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return fmt.Errorf("%s: %w: %s", name, err, lines[len(lines)-1])
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
