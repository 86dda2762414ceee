package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"orders/adapters/backupfile"
	"orders/app/backup"
	"orders/service"
)

func exportAll(ctx context.Context, c service.Config) error {
	return service.Export(ctx, c, service.ExportOptions{}, io.Discard)
}

// importNothing imports a file that has no commits.
func importNothing(ctx context.Context, c service.Config) error {
	folder, err := os.MkdirTemp("", "import")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	var text bytes.Buffer
	w, err := backupfile.NewWriter(&text, backupfile.NewHeader(time.Now(), "test", ""))
	path := filepath.Join(folder, "none.jsonl")
	err = errors.Join(err, w.End(), os.WriteFile(path, text.Bytes(), 0o600))
	return errors.Join(err, service.Import(ctx, c, path, backup.Options{}, io.Discard))
}
