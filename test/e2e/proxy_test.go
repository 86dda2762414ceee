package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// proxy runs Debian's nginx with files of docs, in which it replaces some texts, and returns a
// client whose paths are those below base.
func proxy(t *testing.T, base string, files []string, replace ...string) client {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed: apt-get install nginx-light")
	}
	dir, port := t.TempDir(), freePort(t)
	replacer := strings.NewReplacer(
		append(replace, "listen 8080", fmt.Sprint("listen 127.0.0.1:", port))...)
	main := "daemon off; pid nginx.pid; error_log stderr;\nevents {}\nhttp {\naccess_log off;\n"
	if os.Geteuid() == 0 {
		main = "user root; " + main // Nobody else may write into dir.
	}
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		main += kind + "_temp_path " + kind + ";\n"
	}
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		main += replacer.Replace(string(text))
	}
	conf := filepath.Join(dir, "main.conf")
	if err := os.WriteFile(conf, []byte(main+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := &output{}
	cmd := exec.CommandContext(context.Background(), program, "-p", dir, "-c", conf)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	return comesUp(t, fmt.Sprintf("http://127.0.0.1:%d%s", port, base), log)
}

func comesUp(t *testing.T, base string, log *output) client {
	t.Helper()
	c := newClient(base)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if _, err := c.send(t.Context(), "GET", "/livez", ""); err == nil {
			return c
		}
		time.Sleep(10 * time.Millisecond)
	}
	_, err := c.send(t.Context(), "GET", "/livez", "")
	t.Fatalf("nginx does not serve: %v: %s", err, log)
	return client{}
}
