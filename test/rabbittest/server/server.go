// Package server finds, fetches and runs RabbitMQ, for tests (rabbittest) and people
// (test/rabbitmq).
package server

import (
	"path/filepath"
	"strconv"
	"strings"

	"orders/test/process"
)

// Script starts RabbitMQ with its files in the folder $1 and its programs in the folder $2. The
// shell becomes the broker, as it does under systemd.
const Script = `set -e
mkdir -p "$1"
printf '%s\n' "$ORDERS_RABBITMQ_CONF" >"$1/rabbitmq.conf"
echo '[rabbitmq_management].' >"$1/plugins"
export RUNNING_UNDER_SYSTEMD=true
exec "$2/rabbitmq-server"`

const node = "orders@localhost"

// Ports are where a RabbitMQ listens.
type Ports struct {
	AMQP       int
	Management int
	Erlang     int // For other nodes of Erlang, as Eval is one.
}

// FreePorts are some on which nobody listens.
func FreePorts() Ports {
	return Ports{process.FreePort(), process.FreePort(), process.FreePort()}
}

// PortsFrom are the usual ports beside one for AMQP.
func PortsFrom(amqp int) Ports { return Ports{amqp, amqp + 10_000, amqp + 20_000} }

// NewProcess returns a RabbitMQ that is not yet started. It owns the folder dir. More lines of its
// rabbitmq.conf may follow.
func NewProcess(i Install, p Ports, dir string, lines ...string) *process.Process {
	// A node with a name and a port of its own needs no epmd, which would outlive it. The guard
	// finds the node by the folder in its command line.
	erl := "-sname " + node + " -start_epmd false -erl_epmd_port " + strconv.Itoa(p.Erlang) +
		" -kernel inet_dist_use_interface {127,0,0,1} -orders_dir " + dir + "/"
	env := append(Env(process.Host, p, dir, lines...),
		"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+erl,
		"ERL_EPMD_PORT="+strconv.Itoa(p.Erlang),
	)
	return &process.Process{
		Binary: "sh", Args: []string{"-c", Script, "rabbitmq", dir, i.Programs},
		Env: append(env, i.Env...), Dir: dir, Port: p.AMQP, Tail: Tail,
	}
}

// Env is what Script needs of the environment. RabbitMQ listens on host.
func Env(host string, p Ports, dir string, lines ...string) []string {
	conf := append([]string{
		"listeners.tcp.1 = " + host + ":" + strconv.Itoa(p.AMQP),
		"management.tcp.ip = " + host,
		"management.tcp.port = " + strconv.Itoa(p.Management),
		"loopback_users = none",
		"disk_free_limit.absolute = 50MB",
		"log.console.level = warning",
	}, lines...)
	return []string{
		"ORDERS_RABBITMQ_CONF=" + strings.Join(conf, "\n"),
		"HOME=" + dir, // It has the secret of Erlang's nodes.
		"RABBITMQ_NODENAME=" + node,
		"RABBITMQ_NODE_IP_ADDRESS=" + host,
		"RABBITMQ_NODE_PORT=" + strconv.Itoa(p.AMQP),
		"RABBITMQ_DIST_PORT=" + strconv.Itoa(p.Erlang),
		"RABBITMQ_MNESIA_BASE=" + filepath.Join(dir, "data"),
		"RABBITMQ_LOG_BASE=" + filepath.Join(dir, "log"),
		"RABBITMQ_LOGS=-",
		"RABBITMQ_PID_FILE=" + filepath.Join(dir, "pid"),
		"RABBITMQ_CONFIG_FILE=" + filepath.Join(dir, "rabbitmq.conf"),
		"RABBITMQ_ENABLED_PLUGINS_FILE=" + filepath.Join(dir, "plugins"),
		"RABBITMQ_CONF_ENV_FILE=/dev/null",
		"ERL_CRASH_DUMP_SECONDS=0", // No dump.
	}
}

// Tail returns the last errors in a log of RabbitMQ.
func Tail(log string) string {
	const linesMax, lineMax = 8, 500
	var errors []string
	for line := range strings.Lines(log) {
		isOther := !strings.HasPrefix(line, "2") // Not a line of the log.
		if line = strings.TrimSpace(line); isOther || strings.Contains(line, "[error]") {
			errors = append(errors, line[:min(len(line), lineMax)])
		}
	}
	if len(errors) == 0 {
		return "no error in its log"
	}
	return strings.Join(errors[max(0, len(errors)-linesMax):], "\n")
}
