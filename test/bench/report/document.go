package report

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"text/template"
)

// What is measured stands between these lines of the document. All else is written by people.
const (
	begin = "<!-- measured: begin (go run ./test/bench --write FILE) -->\n"
	end   = "<!-- measured: end -->\n"
)

//go:embed document.md
var frame string

//go:embed measured.md.tmpl
var measured string

// Markdown is the measured part of the document.
func (r Results) Markdown() (string, error) {
	var b strings.Builder
	err := template.Must(template.New("").Parse(measured)).Execute(&b, map[string]any{
		"R": r, "Targets": r.targetTable(), "Writes": r.writeTables(), "Ratios": r.ratioTable(),
		"Reads": r.readTable(), "Rebuilds": r.rebuildTable(), "Starts": r.startTable(),
		"Histories": r.historyTable(), "Watches": r.watchTable(),
		"Processes": r.processTable(), "Endurances": r.enduranceTables(),
		"Told": r.toldTables(), "KeptUp": r.keptUpTable(),
	})
	return blanks.ReplaceAllString(b.String(), "\n\n"), err
}

// blanks are lines that a part left behind which is not there.
var blanks = regexp.MustCompile(`\n{3,}`)

// WriteDocument puts the measured part into a document, which it makes if there is none.
func (r Results) WriteDocument(file string) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = []byte(frame), nil
	}
	if err != nil {
		return err
	}
	part, err := r.Markdown()
	if err != nil {
		return err
	}
	whole, err := replace(string(text), part)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(whole), 0o644)
}

var errUnmarked = errors.New("nothing says where the measured part begins and ends")

func replace(document, part string) (string, error) {
	before, rest, found := strings.Cut(document, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		return "", errUnmarked
	}
	return before + begin + "\n" + part + end + after, nil
}

// WriteJSON writes all results and targets to a file.
func (r Results) WriteJSON(file string) error {
	text, err := json.MarshalIndent(struct {
		Results
		Targets []Target `json:"targets"`
	}{r, r.Targets()}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
