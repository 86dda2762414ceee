package brokers_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// A disk is a small file system that ends with the test binary, however that ends: nothing but an
// open file of it leads there.
type disk struct{ root *os.File }

// newDisk returns a disk, or why there can be none.
func newDisk(t *testing.T, size string) (*disk, error) {
	dir := t.TempDir()
	out, err := exec.CommandContext(
		t.Context(), "mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", dir).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("mount: %w: %s", err, out)
	}
	root, err := os.Open(dir)
	if err == nil {
		t.Cleanup(func() { _ = root.Close() })
	}
	out, unmount := exec.CommandContext(t.Context(), "umount", "-l", dir).CombinedOutput()
	if unmount != nil {
		err = errors.Join(err, fmt.Errorf("umount: %w: %s", unmount, out))
	}
	return &disk{root}, err
}

// path is that of a file on the disk.
func (d *disk) path(name string) string {
	return filepath.Join(fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), d.root.Fd()), name)
}

// fill takes all room that is left.
func (d *disk) fill(t *testing.T) (free func()) {
	t.Helper()
	const name = "full"
	file, err := os.Create(d.path(name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for block := make([]byte, 1<<20); len(block) > 0; {
		switch _, err := file.Write(block); {
		case errors.Is(err, syscall.ENOSPC):
			block = block[:len(block)/2]
		case err != nil:
			t.Fatal(err)
		}
	}
	return func() {
		if err := os.Remove(d.path(name)); err != nil {
			t.Error(err)
		}
	}
}

// A disk is full of what fill wrote, and has room again.
func TestADiskCanBeFull(t *testing.T) {
	d, err := newDisk(t, "2m")
	if err != nil {
		t.Skip(err)
	}
	free := d.fill(t)
	err = os.WriteFile(d.path("more"), []byte("x"), 0o600)
	if !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a full disk takes more: %v", err)
	}
	free()
	if err := os.WriteFile(d.path("more"), []byte("x"), 0o600); err != nil {
		t.Errorf("a disk with room again: %v", err)
	}
}
