// Command readme replays the session of the README against a running service. It fails if an answer
// differs from the README.
//
//	go run ./test/readme http://localhost:3000
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// A step is a command of the session and the answer below it.
type step struct {
	command string
	answer  string
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./test/readme http://localhost:3000")
		os.Exit(2)
	}
	if err := play("README.md", os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "readme:", err)
		os.Exit(1)
	}
}

func play(file, base string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	steps := session(string(text))
	if len(steps) == 0 {
		return fmt.Errorf("%s shows no session", file)
	}
	for _, s := range steps {
		got, err := run(s.command, base)
		if err != nil {
			return err
		}
		if fixed(got) != fixed(s.answer) {
			return fmt.Errorf("$ %s\nanswered\n%s\nand %s promises\n%s",
				s.command, got, file, s.answer)
		}
	}
	fmt.Printf("the README's %d commands were answered as it promises\n", len(steps))
	return nil
}

// session reads the blocks that are marked as console: commands behind "$ ", continued behind a
// backslash, and their answers.
func session(text string) (steps []step) {
	inside, continued := false, false
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		last := len(steps) - 1
		switch {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case !inside:
		case continued:
			steps[last].command += "\n" + line
			continued = strings.HasSuffix(line, "\\")
		case strings.HasPrefix(line, "$ "):
			steps = append(steps, step{command: strings.TrimPrefix(line, "$ ")})
			continued = strings.HasSuffix(line, "\\")
		case last >= 0:
			steps[last].answer += line + "\n"
		}
	}
	return steps
}

func run(command, base string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	here := strings.ReplaceAll(command, "localhost:3000", strings.TrimPrefix(base, "http://"))
	shell := exec.CommandContext(ctx, "sh", "-c", here)
	var failure bytes.Buffer
	shell.Stderr = &failure
	out, err := shell.Output()
	if err != nil {
		return "", fmt.Errorf("$ %s: %w: %s", here, err, &failure)
	}
	return string(out), nil
}

var clock = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`)

// fixed takes out what differs from day to day, and the layout that the README adds.
func fixed(answer string) string {
	return strings.Join(strings.Fields(clock.ReplaceAllString(answer, "TIME")), "")
}
