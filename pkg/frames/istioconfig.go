package frames

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/catalog"
	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// How many of a list a cell names.
const (
	mostFindings = 3
	mostNames    = 4
)

// ConfigOptions say how the table of configuration is made.
type ConfigOptions struct {
	Links Links
	// Documents are the objects themselves by row, as YAML, empty where they could not be
	// read; nil leaves out their column.
	Documents []string
}

// IstioConfig makes the table of configuration, in the order given.
func IstioConfig(rows []catalog.Config, o ConfigOptions) data.Frames {
	type row = catalog.Config
	columns := [][]column[row]{
		located(o.Links.row(mesh.KindNamespace, "namespace"),
			func(r *row) catalog.Where { return r.Where },
			func(r *row) (string, string) { return r.Namespace, r.Name }),
		{
			word("kind", "Kind", widthName, func(r *row) string { return r.Kind }),
			found("errors", "Errors", red, func(r *row) *int { return counting(r, mesh.SeverityError) }),
			found("warnings", "Warnings", orange, func(r *row) *int { return counting(r, mesh.SeverityWarning) }),
			word("findings", "Findings", widthPhrase, func(r *row) string { return findingWords(r.Findings) }),
			word("codes", "Codes", widthName, func(r *row) string { return codes(r.Findings) }),
			word("conditions", "Conditions", widthName, func(r *row) string { return conditionWords(r.Conditions) }),
			word("appliesto", "Applies to", widthPhrase, func(r *row) string { return someOf(r.AppliesTo, refWords) }),
			word("hosts", "Hosts", widthName, func(r *row) string { return listed(hostsOf(r.Config)) }),
			list("exportto", "Exported to", widthWord, func(r *row) []string { return r.ExportTo }),
			word("groupversion", "API", widthName, func(r *row) string { return joined("/", r.Group, r.Version) }),
			counted("generation", "Generation", generation),
			created(func(r *row) time.Time { return r.Created }),
			moment("changed", wide(measured("Changed", "dateTimeFromNow"), widthWord), func(r *row) *time.Time { return &r.Changed }),
			word("changedby", "Changed by", widthWord, func(r *row) string { return r.ChangedBy }),
			labelled("labels", "Labels", func(r *row) map[string]string { return r.Labels }),
		},
	}
	if o.Documents != nil {
		texts := make([]*string, len(rows))
		for i := range min(len(rows), len(o.Documents)) {
			if o.Documents[i] != "" {
				texts[i] = &o.Documents[i]
			}
		}
		columns = append(columns, []column[row]{ready[row]("yaml", wide(titled("YAML"), widthPhrase), texts)})
	}
	columns = append(columns, []column[row]{asOf(func(r *row) catalog.Where { return r.Where })})
	return tableOf("istioConfig", rows, TableOptions{Links: o.Links}, columns...)
}

// generation is nil where Kubernetes does not count it.
func generation(r *catalog.Config) *int {
	if r.Generation == 0 {
		return nil
	}
	n := int(r.Generation)
	return &n
}

func counting(r *catalog.Config, of mesh.Severity) *int {
	n := r.Count(of)
	return &n
}

// found is a column of counts of what is wrong: grey for none, else in a colour.
func found[R any](name, title, color string, read func(*R) *int) column[R] {
	one := data.ConfFloat64(1)
	return counted(name, title, read).with(paint(wide(titled(title), widthShort), data.ValueMappings{
		data.ValueMapper{"0": {Color: grey}}, data.RangeValueMapper{From: &one, Result: data.ValueMappingResult{Color: color}},
	}))
}

// referenced are the columns of the configuration that applies to a thing.
func referenced[R any](read func(*R) *catalog.Applied) []column[R] {
	return []column[R]{
		word("istioconfig", "Istio config", widthPhrase, func(r *R) string { return someOf(read(r).Objects, objectWords) }),
		found("configerrors", "Config errors", red, func(r *R) *int { return read(r).Errors }),
		found("configwarnings", "Config warnings", orange, func(r *R) *int { return read(r).Warnings }),
	}
}

func objectWords(c *mesh.Config) string { return c.Kind + " " + joined("/", c.Namespace, c.Name) }

// refWords say what a configuration is for.
func refWords(r mesh.Ref) string {
	switch r.Kind {
	case mesh.KindCluster:
		return "the whole cluster"
	case mesh.KindNamespace:
		return "namespace " + r.Namespace
	case mesh.KindExternal:
		return r.Name
	}
	return string(r.Kind) + " " + joined("/", r.Namespace, r.Name)
}

// someOf says the first few of a list.
func someOf[T any](all []T, words func(T) string) string {
	var out []string
	for i, one := range all {
		if i == mostNames {
			return fmt.Sprintf("%s and %d more", strings.Join(out, ", "), len(all)-mostNames)
		}
		out = append(out, words(one))
	}
	return strings.Join(out, ", ")
}

// findingWords say the first few findings.
func findingWords(all []mesh.Finding) string {
	var out []string
	for i := range all {
		if i == mostFindings {
			return fmt.Sprintf("%s (and %d more)", strings.Join(out, ". "), len(all)-mostFindings)
		}
		out = append(out, all[i].Message)
	}
	return strings.Join(out, ". ")
}

// saidOf is the column of what is wrong with the labels of a thing.
func saidOf[R any](read func(*R) []mesh.Finding) column[R] {
	return word("findings", "Findings", widthPhrase, func(r *R) string { return findingWords(read(r)) })
}

// codes are the codes of findings, the worst first, each once.
func codes(all []mesh.Finding) string {
	var out []string
	for i := range all {
		if !slices.Contains(out, all[i].Code) {
			out = append(out, all[i].Code)
		}
	}
	return strings.Join(out, ", ")
}

// conditionWords say the conditions of a status, those that are not met first. An object
// that several controllers look at has some several times.
func conditionWords(all []mesh.Condition) string {
	var unmet, open, met []string
	add := func(to *[]string, words string) {
		if !slices.Contains(*to, words) {
			*to = append(*to, words)
		}
	}
	for i := range all {
		c := &all[i]
		switch c.Status {
		case "True":
			add(&met, c.Type)
		case "False":
			add(&unmet, joined(": ", "not "+c.Type, c.Reason))
		default:
			add(&open, c.Type+" unknown")
		}
	}
	return strings.Join(slices.Concat(unmet, open, met), ", ")
}

// hostsOf are the hosts that a configuration names as its own.
func hostsOf(c *mesh.Config) []string {
	switch {
	case c.Routing != nil:
		return c.Routing.Hosts
	case c.ServiceEntry != nil:
		return c.ServiceEntry.Hosts
	case c.DestinationRule != nil:
		return []string{c.DestinationRule.Host}
	case c.Gateway != nil:
		var out []string
		for i := range c.Gateway.Servers {
			for _, host := range c.Gateway.Servers[i].Hosts {
				if !slices.Contains(out, host) {
					out = append(out, host)
				}
			}
		}
		return out
	}
	return nil
}
