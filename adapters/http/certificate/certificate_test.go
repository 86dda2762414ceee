package certificate_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"orders/adapters/http/certificate"
	"orders/test/certs"
)

const (
	renewed = "The certificate was renewed"
	unfit   = "The files of the certificate cannot be used; the one before stays"
)

func TestANewCertificateIsTaken(t *testing.T) {
	ca := certs.New(t)
	old, next := ca.Issue(t, certs.Usual), ca.Issue(t, certs.Usual)
	watching(t, old, func(w *watched) {
		w.look(3)
		w.serves(old)
		next.Write(w, w.dir)
		w.look(1)
		w.serves(next)
		w.look(5)
		w.says(renewed, 1)
		w.says(unfit, 0)
	})
}

// As Kubernetes does it: the files are links into a folder that is a link, which is replaced.
func TestLinksThatLeadElsewhereAreNoticed(t *testing.T) {
	ca := certs.New(t)
	old, next := ca.Issue(t, certs.Usual), ca.Issue(t, certs.Usual)
	dir := t.TempDir()
	for name, p := range map[string]certs.Pair{"1": old, "2": next} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		p.Write(t, filepath.Join(dir, name))
	}
	link := func(to, name string) {
		t.Helper()
		temporary := filepath.Join(dir, "new")
		if err := os.Symlink(to, temporary); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(temporary, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	link("1", "..data")
	link("..data/tls.crt", "tls.crt")
	link("..data/tls.key", "tls.key")
	watchingIn(t, dir, func(w *watched) {
		w.serves(old)
		link("2", "..data")
		w.look(1)
		w.serves(next)
		w.says(unfit, 0)
	})
}

// Whoever writes one file after the other never makes a pair of an old and a new one.
func TestHalfOfAChangeIsNotTaken(t *testing.T) {
	ca := certs.New(t)
	old, next := ca.Issue(t, certs.Usual), ca.Issue(t, certs.Usual)
	for name, broken := range map[string]certs.Pair{
		"the new certificate": {Cert: next.Cert, Key: old.Key},
		"the new key":         {Cert: old.Cert, Key: next.Key},
		"half of a file":      {Cert: next.Cert[:len(next.Cert)/2], Key: next.Key},
		"nothing yet":         {Key: next.Key},
		"the files swapped":   {Cert: next.Key, Key: next.Cert},
	} {
		t.Run(name, func(t *testing.T) {
			watching(t, old, func(w *watched) {
				broken.Write(w, w.dir)
				w.look(1)
				w.says(unfit, 0)
				w.serves(old)
				w.look(9)
				w.serves(old)
				w.says(unfit, 1)
				w.says(renewed, 0)
				for _, secret := range strings.Fields(string(next.Key) + string(old.Key)) {
					if len(secret) > 20 {
						w.says(secret, 0)
					}
				}
				next.Write(w, w.dir)
				w.look(1)
				w.serves(next)
				w.says(renewed, 1)
				broken.Write(w, w.dir)
				w.look(9)
				w.says(unfit, 2)
				next.Write(w, w.dir)
				w.look(9)
				w.says(unfit, 2)
				w.says(renewed, 1)
			})
		})
	}
}

func TestFilesThatAreGoneAreSaidOnce(t *testing.T) {
	old := certs.New(t).Issue(t, certs.Usual)
	watching(t, old, func(w *watched) {
		if err := os.Remove(filepath.Join(w.dir, "tls.key")); err != nil {
			t.Fatal(err)
		}
		w.look(9)
		w.serves(old)
		w.says(unfit, 1)
		w.says("tls.key", 1)
		old.Write(w, w.dir)
		w.look(9)
		w.says(unfit, 1)
		w.says(renewed, 0)
	})
}

func TestDatesAreSaidOnce(t *testing.T) {
	ca := certs.New(t)
	for _, tt := range []struct {
		valid         certs.Validity
		early, late   int // How often it is said at once,
		later, latest int // and how often after the three hours of the test.
	}{
		{certs.Validity{From: -time.Hour, Until: 90 * 24 * time.Hour}, 0, 0, 0, 0},
		{certs.Validity{From: -2 * time.Hour, Until: -time.Hour}, 0, 1, 0, 1},
		{certs.Validity{From: time.Hour, Until: 90 * 24 * time.Hour}, 1, 0, 1, 0},
		{certs.Validity{From: -time.Hour, Until: time.Hour}, 0, 0, 0, 1},
		{certs.Validity{From: time.Hour, Until: 2 * time.Hour}, 1, 0, 1, 1},
	} {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) { // Its clock begins elsewhere.
			w := &watched{T: t, dir: dir}
			cert, key := ca.Issue(t, tt.valid).Write(t, dir)
			var err error
			w.files, err = certificate.Load(cert, key, slog.New(slog.NewTextHandler(&w.log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			w.says("The certificate is not valid yet", tt.early)
			w.says("The certificate has expired", tt.late)
			ctx, stop := context.WithCancel(t.Context())
			go w.files.Watch(ctx)
			time.Sleep(3 * time.Hour)
			stop()
			synctest.Wait()
			w.says("The certificate is not valid yet", tt.later)
			w.says("The certificate has expired", tt.latest)
		})
	}
}

func TestAStartWithoutAPairFails(t *testing.T) {
	ca := certs.New(t)
	one, other := ca.Issue(t, certs.Usual), ca.Issue(t, certs.Usual)
	log := slog.New(slog.DiscardHandler)
	for _, p := range []certs.Pair{
		{}, {Cert: one.Cert, Key: other.Key}, {Cert: one.Key, Key: one.Key},
	} {
		cert, key := p.Write(t, t.TempDir())
		if _, err := certificate.Load(cert, key, log); err == nil {
			t.Error("it starts")
		}
	}
	if _, err := certificate.Load("/nowhere", "/nowhere", log); err == nil {
		t.Error("it starts without files")
	}
}
