package main

import (
	"bytes"
	"context"
	"os"
	"slices"

	"github.com/alecthomas/kong"

	"orders/service"
)

type healthcheck struct{}

func (healthcheck) Run(ctx context.Context, c *service.Config) error {
	return service.Healthcheck(ctx, *c)
}

// checkHealth is the command's name.
const checkHealth = "healthcheck"

// withFlagsOfServer parses args, those of a health check, after the flags of the process that
// serves in this container: the image and the environment are the same, the flags may differ.
// Outside of a container there is no such process.
func withFlagsOfServer(parser *kong.Kong, args []string) (*kong.Context, error) {
	first, _ := os.ReadFile("/proc/1/cmdline") // Other systems have no such file.
	line := bytes.Split(bytes.TrimSuffix(first, []byte{0}), []byte{0})
	flags := flagsAfter(line, isThis)
	both, err := parser.Parse(append(flags, args...))
	if err == nil && both.Command() == checkHealth {
		return both, nil
	}
	return parser.Parse(args) // The first process runs another command.
}

// flagsAfter returns what follows the program on a command line, which may begin with an init
// process, but for the command serve.
func flagsAfter(line [][]byte, isProgram func(path string) bool) (flags []string) {
	for i, arg := range line {
		if !isProgram(string(arg)) {
			continue
		}
		for _, flag := range line[i+1:] {
			flags = append(flags, string(flag))
		}
		break
	}
	if i := slices.Index(flags, "serve"); i >= 0 {
		flags = slices.Delete(flags, i, i+1)
	}
	return flags
}

// isThis reports whether a path leads to this program.
func isThis(path string) bool {
	self, err := os.Executable()
	if err != nil {
		return false
	}
	own, err := os.Stat(self)
	if err != nil {
		return false
	}
	other, err := os.Stat(path)
	return err == nil && os.SameFile(own, other)
}
