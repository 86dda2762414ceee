// Package certificate keeps the certificate of a server as its files have it, also when they
// change.
package certificate

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// Files are a certificate, with those that lead to its root, and its key, in PEM.
type Files struct {
	cert, key string
	log       *slog.Logger
	current   atomic.Pointer[tls.Certificate]

	taken   state    // The files whose certificate is the current one.
	seen    state    // The files as they were at the last look.
	refused state    // The files that do not fit, once that was logged.
	valid   validity // Of the current one.
}

// A state tells apart what files hold, or why they cannot be read.
type state string

// Load reads the files. It fails if they hold no certificate with its key.
func Load(cert, key string, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log}
	var read pair
	if read, f.seen = f.read(); read.err != nil {
		return nil, read.err
	}
	first, err := read.parse()
	if err != nil {
		return nil, err
	}
	f.take(first)
	f.judge(time.Now())
	return f, nil
}

// Config returns how a server speaks TLS with the current certificate. HTTP/1.1 is the only
// protocol. Versions and cipher suites are Go's, from TLS 1.2 on.
func (f *Files) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
		// Records of a packet each would make an answer of 100 kB some 80 writes.
		DynamicRecordSizingDisabled: true,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return f.current.Load(), nil
		},
	}
}

// every is the time between two looks at the files. Looking at what they hold also notices links
// that lead elsewhere, and works on every file system.
const every = 2 * time.Second

// Watch looks at the files until ctx ends. It takes a new certificate once both files fit, so that
// handshakes never see half of a change.
func (f *Files) Watch(ctx context.Context) {
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticks.C:
			f.look()
			f.judge(now)
		}
	}
}

// look takes what the files hold. It complains about files that do not fit when they are the same
// at the next look, as somebody may just be writing them.
func (f *Files) look() {
	read, now := f.read()
	before := f.seen
	f.seen = now
	if now == f.taken {
		f.refused = ""
		return
	}
	if now == f.refused {
		return
	}
	next, err := read.parse()
	switch {
	case err == nil:
		f.take(next)
		f.log.Info("The certificate was renewed", slog.Time("expires", next.Leaf.NotAfter))
	case now == before:
		f.refused = now
		f.log.Warn("The files of the certificate cannot be used; the one before stays",
			slog.Any("error", err))
	}
}

func (f *Files) take(next *tls.Certificate) {
	f.current.Store(next)
	f.taken, f.refused = f.seen, ""
}

// Read returns the certificate in a file, without those that lead to its root.
func Read(file string) (*x509.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, fmt.Errorf("%s does not begin with a certificate in PEM", file)
	}
	return x509.ParseCertificate(block.Bytes)
}

// A pair is what both files hold.
type pair struct {
	cert, key []byte
	err       error
}

func (f *Files) read() (p pair, now state) {
	if p.cert, p.err = os.ReadFile(f.cert); p.err == nil {
		p.key, p.err = os.ReadFile(f.key)
	}
	if p.err != nil {
		return p, state(p.err.Error())
	}
	cert, key := sha256.Sum256(p.cert), sha256.Sum256(p.key)
	return p, state(cert[:]) + state(key[:])
}

func (p pair) parse() (*tls.Certificate, error) {
	if p.err != nil {
		return nil, p.err
	}
	parsed, err := tls.X509KeyPair(p.cert, p.key)
	return &parsed, err
}

// validity says whether a certificate is valid by its dates.
type validity int

const (
	fine validity = iota
	early
	late
)

// judge warns once when the certificate is not valid by its dates.
func (f *Files) judge(now time.Time) {
	leaf, found := f.current.Load().Leaf, fine
	switch {
	case now.Before(leaf.NotBefore):
		found = early
	case now.After(leaf.NotAfter):
		found = late
	}
	if found == f.valid {
		return
	}
	f.valid = found
	switch found {
	case early:
		f.log.Warn("The certificate is not valid yet", slog.Time("begins", leaf.NotBefore))
	case late:
		f.log.Warn("The certificate has expired", slog.Time("expires", leaf.NotAfter))
	case fine:
	}
}
