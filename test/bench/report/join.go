package report

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
)

// ReadJSON reads what WriteJSON wrote. The targets are made again, of what was measured.
func ReadJSON(file string) (r Results, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

// Join adds the parts of another run that r lacks, and a note about that run. Both must have been
// measured on the same machine.
func (r Results) Join(other Results) (Results, error) {
	if mine, theirs := r.Machine.place(), other.Machine.place(); mine != theirs {
		return r, fmt.Errorf("they were measured on different machines: %+v and %+v", mine, theirs)
	}
	taken := r.take(other)
	if len(taken) == 0 {
		return r, nil
	}
	for _, part := range taken {
		switch part {
		case "writes":
			r.Setup.Connections, r.Machine.Before = other.Setup.Connections, other.Machine.Before
		case "reads", "rebuilds":
			r.Setup.Orders = other.Setup.Orders
		}
	}
	r.Notes = append(r.Notes, fmt.Sprintf(
		"Of another run, on %s at commit %s, in %d rounds of %v s: %s.", other.Machine.Date,
		other.Machine.Commit, other.Setup.Rounds, other.Setup.Seconds,
		parts.Replace(strings.Join(taken, ", "))))
	r.Notes = append(r.Notes, other.Notes...)
	return r, nil
}

// parts names what lists have as the page does.
var parts = strings.NewReplacer(
	"histories", "long histories", "watches", "watchers", "endurances", "endurance",
	"told, keptUp", "brokers")

// place is the machine without what may change from run to run.
func (m Machine) place() Machine {
	m.Commit, m.Before, m.Date = "", "", ""
	return m
}

// take fills the parts that are empty, which are lists but for the notes, and returns their names.
func (r *Results) take(other Results) (names []string) {
	mine, theirs := reflect.ValueOf(r).Elem(), reflect.ValueOf(other)
	for _, f := range reflect.VisibleFields(mine.Type()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Type.Kind() != reflect.Slice || name == "notes" {
			continue
		}
		to, from := mine.FieldByIndex(f.Index), theirs.FieldByIndex(f.Index)
		if to.Len() == 0 && from.Len() > 0 {
			to.Set(from)
			names = append(names, name)
		}
	}
	return names
}
