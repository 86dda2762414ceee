package server

import (
	"strconv"
	"strings"

	"orders/test/process"
)

// Script starts Kafka with its files in the folder $1 and its jars in the folder $2, and formats
// its data first if there is none.
const Script = `set -e
mkdir -p "$1"
printf '%s\n' "$KAFKA_PROPERTIES" >"$1/server.properties"
printf '%s\n' "$KAFKA_LOGGING" >"$1/log4j2.properties"
set -- "$1/server.properties" -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
	-Dlog4j2.configurationFile="$1/log4j2.properties" -cp "$2/*"
properties=$1
shift
[ -e "$KAFKA_DATA/meta.properties" ] ||
	java "$@" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAA -c "$properties"
exec java "$@" kafka.Kafka "$properties"`

// Settings are those of one node, which is broker and controller.
type Settings struct {
	Host    string // Where it listens; it is known by process.Host.
	Port    int
	Guarded int    // Where users log in over TLS; 0 for none.
	Data    string // The folder.
	Lines   []string
}

// Env is what Script needs of the environment.
func (s Settings) Env() []string {
	for _, line := range s.Lines {
		if dir, is := strings.CutPrefix(line, "log.dirs="); is {
			s.Data = dir
		}
	}
	controller := process.Address(process.FreePort())
	listeners := "PLAINTEXT://" + s.Host + ":" + strconv.Itoa(s.Port)
	advertised := "PLAINTEXT://" + process.Address(s.Port)
	if s.Guarded != 0 {
		listeners += ",GUARDED://" + s.Host + ":" + strconv.Itoa(s.Guarded)
		advertised += ",GUARDED://" + process.Address(s.Guarded)
	}
	properties := append([]string{
		"process.roles=broker,controller",
		"node.id=1",
		"controller.quorum.voters=1@" + controller,
		"controller.listener.names=CONTROLLER",
		"listeners=" + listeners + ",CONTROLLER://" + controller,
		"advertised.listeners=" + advertised,
		"listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_SSL",
		"log.dirs=" + s.Data,
		"auto.create.topics.enable=false",
		"offsets.topic.num.partitions=4",
		"offsets.topic.replication.factor=1",
		"transaction.state.log.num.partitions=4",
		"transaction.state.log.replication.factor=1",
		"transaction.state.log.min.isr=1",
		"share.coordinator.state.topic.replication.factor=1",
		"share.coordinator.state.topic.min.isr=1",
		"group.initial.rebalance.delay.ms=0",
	}, s.Lines...)
	return []string{
		"KAFKA_DATA=" + s.Data,
		"KAFKA_PROPERTIES=" + strings.Join(properties, "\n"),
		"KAFKA_LOGGING=" + logging,
	}
}

// Without a logger that is configured, Kafka says nothing.
const logging = `rootLogger.level=INFO
rootLogger.appenderRef.c.ref=c
appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=[%d] %p %m (%c)%n`
