package provision

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Dashboard is one provisioned dashboard.
type Dashboard struct {
	UID       string     `json:"uid"`
	Title     string     `json:"title"`
	Time      Range      `json:"time"`
	Panels    []Panel    `json:"panels"`
	Variables []Variable `json:"-"`
	// Annotations are the queries of annotations, as panels without a place.
	Annotations []Panel `json:"-"`
}

// Range is a time range as dashboards write it.
type Range struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Panel is one panel with its queries.
type Panel struct {
	Title      string           `json:"title"`
	Type       string           `json:"type"`
	DataSource Ref              `json:"datasource"`
	Targets    []map[string]any `json:"targets"`
	Panels     []Panel          `json:"panels"` // of a folded row
}

// Ref names a data source.
type Ref struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

// annotation is a query of annotations as dashboards write it.
type annotation struct {
	Name       string         `json:"name"`
	DataSource Ref            `json:"datasource"`
	Target     map[string]any `json:"target"`
}

// ReadDashboards reads every *.json of a directory. The panels of folded rows come
// out like all others.
func ReadDashboards(dir string) ([]Dashboard, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no dashboard", dir)
	}
	var all []Dashboard
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var d struct {
			Dashboard
			Templating struct {
				List []Variable `json:"list"`
			} `json:"templating"`
			Annotations struct {
				List []annotation `json:"list"`
			} `json:"annotations"`
		}
		if err := json.Unmarshal(data, &d); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		d.Variables = d.Templating.List
		for _, a := range d.Annotations.List {
			if a.Target == nil {
				continue // Grafana's own, which asks nobody
			}
			d.Dashboard.Annotations = append(d.Dashboard.Annotations, Panel{
				Title: a.Name, Type: "annotations", DataSource: a.DataSource, Targets: []map[string]any{a.Target},
			})
		}
		d.Panels = flatten(d.Panels)
		all = append(all, d.Dashboard)
	}
	return all, nil
}

func flatten(panels []Panel) []Panel {
	var all []Panel
	for _, p := range panels {
		if p.Type != "row" {
			all = append(all, p)
		}
		all = append(all, flatten(p.Panels)...)
	}
	return all
}

// TargetRef returns the data source of a panel's query: its own, else the panel's.
func (p Panel) TargetRef(target map[string]any) Ref {
	own, _ := target["datasource"].(map[string]any)
	uid, _ := own["uid"].(string)
	kind, _ := own["type"].(string)
	if uid == "" && kind == "" {
		return p.DataSource
	}
	return Ref{Type: kind, UID: uid}
}

// Resolve returns the range's ends at a moment. It reads now, now-15m and the like.
func (r Range) Resolve(now time.Time) (from, to time.Time, err error) {
	if from, err = moment(r.From, now.Add(-15*time.Minute), now); err != nil {
		return from, to, err
	}
	to, err = moment(r.To, now, now)
	return from, to, err
}

func moment(s string, missing, now time.Time) (time.Time, error) {
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	rest, relative := strings.CutPrefix(s, "now")
	switch {
	case s == "":
		return missing, nil
	case s == "now":
		return now, nil
	case !relative || len(rest) < 3 || rest[0] != '-':
		return now, fmt.Errorf("time %q: only now and now-<number><s|m|h|d|w> are understood", s)
	}
	n, err := strconv.Atoi(rest[1 : len(rest)-1])
	unit, known := units[rest[len(rest)-1]]
	if err != nil || !known {
		return now, fmt.Errorf("time %q: only now and now-<number><s|m|h|d|w> are understood", s)
	}
	return now.Add(-time.Duration(n) * unit), nil
}
