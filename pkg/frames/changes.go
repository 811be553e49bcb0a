package frames

import (
	"fmt"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// Changes makes annotations of events, in the order given. Grafana finds what an
// annotation is made of by the names of the first six columns, so these have no titles;
// the others are for tables.
func Changes(events []mesh.Event) data.Frames {
	type row = mesh.Event
	ids := eventIDs(events)
	f := frame("changes", events, []column[row]{
		col("time", nil, func(e *row) time.Time { return e.At }),
		col("timeEnd", nil, func(e *row) *time.Time {
			if !e.Until.After(e.At) {
				return nil
			}
			return &e.Until
		}),
		col("title", nil, eventTitle),
		col("text", nil, eventText),
		col("tags", nil, eventTags),
		ready[row]("id", nil, ids),
		col("cluster", wide(titled("Cluster"), widthWord), func(e *row) string { return string(e.Cluster) }),
		col("namespace", wide(titled("Namespace"), widthName), func(e *row) string { return e.Namespace }),
		col("kind", wide(titled("Kind"), widthWord), func(e *row) string { return e.Kind }),
		col("name", wide(titled("Name"), widthName), func(e *row) string { return e.Name }),
		col("what", wide(titled("What"), widthWord), func(e *row) string { return string(e.What) }),
		word("by", "By", widthName, func(e *row) string { return e.By }),
	})
	f.Meta = table(nil)
	return data.Frames{f}
}

// eventIDs tell events apart, the same each time that they are asked for.
func eventIDs(events []mesh.Event) []string {
	ids, seen := make([]string, len(events)), map[string]int{}
	for i := range events {
		e := &events[i]
		id := fmt.Sprintf("%s/%s/%s/%s/%s@%d", e.Cluster, e.Namespace, e.Kind, e.Name, e.What, e.At.UnixMilli())
		if seen[id]++; seen[id] > 1 {
			id = fmt.Sprintf("%s#%d", id, seen[id])
		}
		ids[i] = id
	}
	return ids
}

// eventTitle is such as "VirtualService bookinfo/reviews changed".
func eventTitle(e *mesh.Event) string {
	what := string(e.What)
	if e.What == mesh.WhatRolledOut {
		what = "rolled out"
	}
	if e.Kind == mesh.KindOfClusters {
		return fmt.Sprintf("Cluster %s %s", e.Cluster, what)
	}
	name := e.Name
	if e.Namespace != "" {
		name = e.Namespace + "/" + e.Name
	}
	return fmt.Sprintf("%s %s %s", e.Kind, name, what)
}

// eventText says where and by whom, and the details.
func eventText(e *mesh.Event) string {
	var where []string
	if e.Kind != mesh.KindOfClusters {
		where = append(where, "in cluster "+string(e.Cluster))
	}
	if e.By != "" {
		where = append(where, "by "+e.By)
	}
	return strings.TrimPrefix(strings.TrimSuffix(strings.Join(where, " ")+": "+e.Text, ": "), ": ")
}

// eventTags are joined by commas, at which Grafana splits them.
func eventTags(e *mesh.Event) string {
	var tags []string
	for _, tag := range []string{string(e.What), e.Kind, string(e.Cluster), e.Namespace} {
		if tag != "" {
			tags = append(tags, strings.ReplaceAll(tag, ",", " "))
		}
	}
	return strings.Join(tags, ",")
}
