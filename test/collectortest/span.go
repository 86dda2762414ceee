package collectortest

import (
	"fmt"
	"strings"
)

// A Span is one that a collector was sent.
type Span struct {
	TraceID, ID, Parent string // Parent is empty for a root.
	Name, Kind, Status  string
	Attributes          map[string]string
	Resource            map[string]string
	Links               []Link
}

// A Link leads to another span.
type Link struct{ TraceID, ID string }

// parse reads what the exporter debug writes.
func parse(log string) (spans []Span) {
	var resource map[string]string
	var into map[string]string
	var span *Span
	for line := range strings.Lines(log) {
		line = strings.TrimSpace(line)
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case strings.HasSuffix(line, "Resource attributes:"):
			resource = map[string]string{}
			into = resource
		case strings.HasPrefix(line, "Span #"):
			spans = append(spans, Span{Resource: resource, Attributes: map[string]string{}})
			span, into = &spans[len(spans)-1], nil
		case line == "Attributes:" && span != nil:
			into = span.Attributes
		case strings.HasPrefix(line, "SpanLink #"):
			span.Links, into = append(span.Links, Link{}), nil
		case strings.HasPrefix(line, "-> ") && into != nil:
			into[name[len("-> "):]] = unwrap(value)
		case span != nil:
			span.read(name, value)
		}
	}
	return spans
}

// read reads a line about the span itself, or about its last link.
func (s *Span) read(name, value string) {
	switch name {
	case "Trace ID":
		s.TraceID = value
	case "Parent ID":
		s.Parent = value
	case "ID":
		s.ID = value
	case "Name":
		s.Name = value
	case "Kind":
		s.Kind = value
	case "Status code":
		s.Status = value
	case "-> Trace ID":
		s.Links[len(s.Links)-1].TraceID = value
	case "-> ID":
		s.Links[len(s.Links)-1].ID = value
	}
}

// unwrap returns the value in a text such as Str(value).
func unwrap(text string) string {
	_, inside, _ := strings.Cut(text, "(")
	return strings.TrimSuffix(inside, ")")
}

// spell shows spans to people.
func spell(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintf(&b, "%s %s under %q: %s %v %v\n", s.TraceID, s.ID, s.Parent, s.Name,
			s.Attributes, s.Links)
	}
	return b.String()
}
