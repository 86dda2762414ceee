package server

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"orders/test/process"
)

// The folders of programs in which packages put RabbitMQ. The rabbitmq-server on PATH of Debian's
// package is another, which only root and the user rabbitmq may call.
var folders = []string{
	"/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin", "/usr/local/sbin", "/opt/homebrew/sbin",
}

// Packages are what Debian needs to install for RabbitMQ.
const (
	rabbitmq     = "rabbitmq-server"
	fetchTimeout = 5 * time.Minute
)

// An Install is a RabbitMQ that can be started.
type Install struct {
	Programs string   // Their folder.
	Env      []string // What they need of the environment.
}

// Find returns a local install, or the fetched one.
func Find() (Install, error) {
	if i, err := Installed(); err == nil {
		return i, nil
	}
	return Fetch()
}

// Installed returns a local install.
func Installed() (Install, error) {
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, rabbitmq)); err == nil {
			return Install{Programs: folder}, nil
		}
	}
	return Install{}, fmt.Errorf("no %s in %s", rabbitmq, strings.Join(folders, ", "))
}

// Fetch returns the RabbitMQ in the user's cache folder. If it is missing, apt downloads Debian's
// packages, whose signatures it checks, and they are unpacked there: that needs no root.
func Fetch() (Install, error) {
	for _, needed := range []string{"apt-get", "dpkg"} {
		if _, err := exec.LookPath(needed); err != nil {
			return Install{}, fmt.Errorf("fetching RabbitMQ needs Debian: %w", err)
		}
	}
	root, err := process.Cached(filepath.Join("orders-rabbitmq", "debian"), fetch)
	if err != nil {
		return Install{}, err
	}
	erlang := filepath.Join(root, "usr/lib/erlang")
	if err := relocate(filepath.Join(erlang, "bin/erl"), erlang); err != nil {
		return Install{}, err
	}
	return Install{
		Programs: filepath.Join(root, "usr/lib/rabbitmq/bin"),
		Env:      []string{"PATH=" + filepath.Join(erlang, "bin") + ":" + os.Getenv("PATH")},
	}, nil
}

const fetchScript = `set -e
cd "$1"
all=$(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
	--no-replaces --no-enhances "$2" | grep -E "^(erlang-[a-z0-9-]+|$2)\$" | sort -u)
apt-get download -q $all
for package in *.deb; do dpkg -x "$package" root; done`

func fetch(temp string) (made string, err error) {
	err = process.Run(fetchTimeout, "sh", "-c", fetchScript, "fetch", temp, rabbitmq)
	if err != nil {
		return "", fmt.Errorf("download %s: %w", rabbitmq, err)
	}
	return filepath.Join(temp, "root"), nil
}

// relocate tells the program erl in which folder Erlang is.
func relocate(erl, folder string) error {
	script, err := os.ReadFile(erl)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(string(script), "ROOTDIR=/usr/lib/erlang\n", "ROOTDIR="+folder+"\n")
	if !strings.Contains(text, "ROOTDIR="+folder+"\n") {
		return errors.New(erl + " does not say where Erlang is")
	}
	if text == string(script) {
		return nil
	}
	return os.WriteFile(erl, []byte(text), 0o755)
}
