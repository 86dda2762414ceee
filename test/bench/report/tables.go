package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A column shows one figure.
type column struct {
	title string
	of    figure
}

// A figure is one of Figures.
type figure = func(*Figures) *float64

var columns = []column{
	{"orders/s", rate},
	{"p50 ms", func(f *Figures) *float64 { return &f.P50 }},
	{"p99 ms", p99},
	{"p99.9 ms", func(f *Figures) *float64 { return &f.P999 }},
	{"lag p50 ms", func(f *Figures) *float64 { return &f.LagP50 }},
	{"lag p99 ms", func(f *Figures) *float64 { return &f.LagP99 }},
	{"CPU s/1000", func(f *Figures) *float64 { return &f.CPU }},
	{"mongod CPU s/1000", func(f *Figures) *float64 { return &f.MongoCPU }},
	{"both CPU s/1000", allCPU},
	{"memory MiB", func(f *Figures) *float64 { return &f.Memory }},
	{"disk B/order", func(f *Figures) *float64 { return &f.Disk }},
}

func rate(f *Figures) *float64   { return &f.Rate }
func p99(f *Figures) *float64    { return &f.P99 }
func allCPU(f *Figures) *float64 { return &f.AllCPU }
func cpu(f *Figures) *float64    { return &f.CPU }

// LoadName tells a number of connections, or the open loop.
func LoadName(connections int) string {
	switch connections {
	case Open:
		return "open loop"
	case 1:
		return "1 connection"
	}
	return fmt.Sprintf("%d connections", connections)
}

// loads are the connections of the closed loops, and the open one.
func (r Results) loads() []int { return append(slices.Clone(r.Setup.Connections), Open) }

func (r Results) writeTables() string {
	var b strings.Builder
	for _, load := range r.loads() {
		t := table{header: append([]string{LoadName(load)}, titles()...)}
		for _, w := range r.Writes {
			if w.Connections == load {
				t.add(append([]string{w.Contender}, cells(Medians(w.Rounds))...)...)
			}
		}
		b.WriteString(t.String())
	}
	return b.String()
}

func (r Results) readTable() string {
	t := table{header: []string{
		"question", "orders", "contender", "answers/s", "p50 ms", "p99 ms", "CPU s/1000",
		"mongod CPU s/1000", "rate to the peer's",
	}}
	for _, read := range r.Reads {
		f := Medians(read.Rounds)
		to := ""
		if read.Contender == Ours {
			to = number(Median(r.toPeer(read)))
		}
		t.add(read.Question, strconv.Itoa(read.Orders), read.Contender, number(f.Rate),
			number(f.P50), number(f.P99), number(f.CPU), number(f.MongoCPU), to)
	}
	return t.String()
}

func peerOf(question string) string {
	if question == OrderByID {
		return FindOne
	}
	return List50
}

func (r Results) rebuildTable() string {
	t := table{header: []string{"rebuild of", "seconds", "orders/s", "peak memory MiB"}}
	for _, b := range r.Rebuilds {
		t.add(b.of(), number(Median(b.Seconds)), number(b.Rate()), number(b.Memory))
	}
	return t.String()
}

func (r Results) startTable() string {
	t := table{header: []string{"start on", "seconds to the first answer"}}
	for _, s := range r.Starts {
		t.add(s.On, number(Median(s.Rounds)))
	}
	return t.String()
}

func titles() (all []string) {
	for _, c := range columns {
		all = append(all, c.title)
	}
	return all
}

func cells(f Figures) (all []string) {
	for _, c := range columns {
		all = append(all, number(*c.of(&f)))
	}
	return all
}

// number shows three significant digits; a dash for what does not apply.
func number(x float64) string {
	switch {
	case x == 0:
		return "–"
	case x >= 100:
		return strconv.FormatFloat(x, 'f', 0, 64)
	case x >= 10:
		return strconv.FormatFloat(x, 'f', 1, 64)
	case x >= 1:
		return strconv.FormatFloat(x, 'f', 2, 64)
	}
	return strconv.FormatFloat(x, 'f', 3, 64)
}

// A table is one of Markdown, whose first column is text.
type table struct {
	header []string
	rows   [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// String is empty for a table without rows.
func (t *table) String() string {
	if len(t.rows) == 0 {
		return ""
	}
	var b strings.Builder
	line := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line(t.header)
	b.WriteString("|---" + strings.Repeat("|---:", len(t.header)-1) + "|\n")
	for _, row := range t.rows {
		line(row)
	}
	b.WriteString("\n")
	return b.String()
}
