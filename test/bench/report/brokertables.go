package report

import "strings"

// brokerColumns show the figures that only brokers have.
var brokerColumns = []column{
	{"told/s", told},
	{"broker CPU s/1000", func(f *Figures) *float64 { return &f.BrokerCPU }},
}

func told(f *Figures) *float64 { return &f.Told }

// toldColumns show the figures of contenders that tell a broker.
var toldColumns = []column{
	columns[0], brokerColumns[0], columns[1], columns[2], columns[4], columns[5], columns[6],
	columns[7], brokerColumns[1], {"all CPU s/1000", allCPU},
}

// toldTables has a table for each broker and load.
func (r Results) toldTables() string {
	var b strings.Builder
	for _, broker := range r.brokersTold() {
		for _, connections := range []int{64, Open} {
			t := table{header: []string{broker + ", " + LoadName(connections)}}
			for _, c := range toldColumns {
				t.header = append(t.header, c.title)
			}
			t.header = append(t.header, "orders/s to ours", "all CPU to ours")
			for _, each := range r.Told {
				if each.Broker == broker && each.Connections == connections {
					t.add(r.toldRow(each)...)
				}
			}
			b.WriteString(t.String())
		}
	}
	return b.String()
}

func (r Results) toldRow(t Told) []string {
	row, m := []string{t.Contender}, Medians(t.Rounds)
	for _, c := range toldColumns {
		row = append(row, number(*c.of(&m)))
	}
	if t.Contender == Ours {
		return append(row, "", "")
	}
	ours := r.told(t.Broker, Ours, t.Connections)
	return append(row, number(Median(paired(t.Rounds, ours, rate))),
		number(Median(paired(t.Rounds, ours, allCPU))))
}

func (r Results) keptUpTable() string {
	t := table{header: []string{
		"broker", "seconds", "orders/s", "lag p50 ms, first half", "second half",
		"lag p99 ms, first half", "second half", "left", "position s",
	}}
	for _, k := range r.KeptUp {
		a, b := k.Halves[0], k.Halves[1]
		t.add(k.Broker, number(k.Seconds), number(k.Rate), number(a.LagP50), number(b.LagP50),
			number(a.LagP99), number(b.LagP99), number(k.Left), number(k.RelayLag))
	}
	return t.String()
}
