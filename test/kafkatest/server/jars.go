package server

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"orders/test/process"
)

const (
	kafka = "4.4.0"
	log4j = "2.25.5" // Of the logger, without which Kafka is mute.

	fetchTimeout = 5 * time.Minute
)

// Find returns the folder of the jars of a local install, or of the fetched ones.
func Find() (string, error) {
	if jars, err := Installed(); err == nil {
		return jars, nil
	}
	return Fetch()
}

// Installed returns the folder of the jars of a local install, which KAFKA_HOME or PATH shows.
func Installed() (string, error) {
	if home := os.Getenv("KAFKA_HOME"); home != "" {
		return jarsOf(home)
	}
	script, err := exec.LookPath("kafka-server-start.sh")
	if err != nil {
		return "", errors.New("no KAFKA_HOME, and no kafka-server-start.sh on PATH")
	}
	if script, err = filepath.EvalSymlinks(script); err != nil {
		return "", err
	}
	return jarsOf(filepath.Dir(filepath.Dir(script)))
}

func jarsOf(home string) (string, error) {
	jars := filepath.Join(home, "libs")
	found, _ := filepath.Glob(filepath.Join(jars, "kafka_*.jar"))
	if len(found) == 0 {
		return "", fmt.Errorf("%s has no jars of Kafka", jars)
	}
	return jars, nil
}

// Fetch returns the folder of Kafka's jars in the user's cache folder, and has Maven put them there
// when it is missing, from whichever repository or mirror Maven is configured for.
func Fetch() (string, error) {
	for _, needed := range []string{"java", "mvn"} {
		if _, err := exec.LookPath(needed); err != nil {
			return "", fmt.Errorf("fetching Kafka needs Java 17 and Maven: %w", err)
		}
	}
	name := filepath.Join("orders-kafka", "kafka-"+kafka+"-log4j-"+log4j)
	return process.Cached(name, func(temp string) (string, error) {
		jars, pom := filepath.Join(temp, "libs"), filepath.Join(temp, "pom.xml")
		if err := os.WriteFile(pom, []byte(project), 0o600); err != nil {
			return "", err
		}
		// -C: a jar whose checksum is another is refused.
		return jars, process.Run(fetchTimeout, "mvn", "-q", "-B", "-C", "-f", pom,
			"org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies",
			"-DoutputDirectory="+jars)
	})
}

const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>orders</groupId><artifactId>kafka</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>` + kafka + `</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId>
      <version>` + kafka + `</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>` + log4j + `</version>
    </dependency>
  </dependencies>
</project>
`
