package certificate_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/http/certificate"
	"orders/test/certs"
)

// watching calls play while the files of p are watched, by a clock that does not wait.
func watching(t *testing.T, p certs.Pair, play func(w *watched)) {
	t.Helper()
	dir := t.TempDir()
	p.Write(t, dir)
	watchingIn(t, dir, play)
}

// watchingIn is watching for files that are in dir.
func watchingIn(t *testing.T, dir string, play func(w *watched)) {
	t.Helper()
	cert, key := filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")
	synctest.Test(t, func(t *testing.T) {
		w := &watched{T: t, dir: dir}
		var err error
		w.files, err = certificate.Load(cert, key, slog.New(slog.NewTextHandler(&w.log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		go w.files.Watch(ctx)
		play(w)
		stop()
		synctest.Wait()
	})
}

type watched struct {
	*testing.T
	dir   string
	files *certificate.Files
	log   log
}

// A log is written by one goroutine and read by another.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// look waits for some looks at the files.
func (w *watched) look(n int) {
	time.Sleep(time.Duration(n)*2*time.Second + time.Second)
	synctest.Wait()
}

// serves checks that handshakes get the certificate of p.
func (w *watched) serves(p certs.Pair) {
	w.Helper()
	want, err := tls.X509KeyPair(p.Cert, p.Key)
	if err != nil {
		w.Fatal(err)
	}
	got, err := w.files.Config().GetCertificate(nil)
	if err != nil || !bytes.Equal(got.Certificate[0], want.Certificate[0]) {
		w.Errorf("another certificate is served; %v", err)
	}
	if fmt.Sprint(got.PrivateKey) != fmt.Sprint(want.PrivateKey) {
		w.Error("another key is used")
	}
}

// says checks how often the log has a text.
func (w *watched) says(text string, want int) {
	w.Helper()
	if n := strings.Count(w.log.String(), text); n != want {
		w.Errorf("it says %q %d times, want %d: %s", text, n, want, w.log.String())
	}
}
