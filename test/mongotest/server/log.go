package server

import "strings"

// As much of a log as an error quotes.
const (
	linesMax = 5
	lineMax  = 500
)

// Tail returns the last errors in a log of mongod.
func Tail(log string) string {
	lines := strings.Split(strings.TrimSpace(log), "\n")
	var errors []string
	for _, line := range lines {
		line = line[:min(len(line), lineMax)]
		if !strings.HasPrefix(line, "{") || strings.Contains(line, `"s":"E"`) {
			errors = append(errors, line)
		}
	}
	if len(errors) == 0 {
		return "no error in its log"
	}
	return strings.Join(errors[max(0, len(errors)-linesMax):], "\n")
}
