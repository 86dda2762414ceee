package observe_test

import (
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// columns are those of Grafana's grid.
const columns = 24

// Every panel says what it shows, in which unit, and asks the Prometheus that the reader chose.
func TestEachPanelExplainsItself(t *testing.T) {
	titles, ids := map[string]bool{}, map[uint32]bool{}
	for _, p := range panels(t) {
		switch {
		case p.Title == nil || *p.Title == "" || titles[*p.Title]:
			t.Fatalf("panel %d has no title of its own", *p.Id)
		case p.Description == nil || *p.Description == "":
			t.Errorf("%s has no description", *p.Title)
		case p.FieldConfig == nil || p.FieldConfig.Defaults.Unit == nil:
			t.Errorf("%s has no unit", *p.Title)
		case !chosen(p.Datasource) || len(p.Targets) == 0:
			t.Errorf("%s asks %+v for %d things", *p.Title, p.Datasource, len(p.Targets))
		case ids[*p.Id]:
			t.Errorf("%s has the id of another panel", *p.Title)
		}
		for _, target := range p.Targets {
			if q := target.(*prometheus.Dataquery); !chosen(q.Datasource) {
				t.Errorf("%s asks %+v", *p.Title, q.Datasource)
			}
		}
		titles[*p.Title], ids[*p.Id] = true, true
	}
	if len(titles) < 30 {
		t.Errorf("there are only %d panels", len(titles))
	}
}

func chosen(source *common.DataSourceRef) bool {
	return source != nil && source.Uid != nil && *source.Uid == "${datasource}"
}

func TestPanelsDoNotOverlap(t *testing.T) {
	taken := map[[2]uint32]bool{}
	for _, p := range grafana(t).Panels {
		at, title := position(p)
		if at.X+at.W > columns {
			t.Errorf("%s is wider than the page", title)
		}
		for x := at.X; x < at.X+at.W; x++ {
			for y := at.Y; y < at.Y+at.H; y++ {
				if taken[[2]uint32{x, y}] {
					t.Fatalf("%s covers another panel", title)
				}
				taken[[2]uint32{x, y}] = true
			}
		}
	}
}

func position(p dashboard.PanelOrRowPanel) (dashboard.GridPos, string) {
	if p.RowPanel != nil {
		return *p.RowPanel.GridPos, *p.RowPanel.Title
	}
	return *p.Panel.GridPos, *p.Panel.Title
}
