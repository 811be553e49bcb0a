package mesh

import "strings"

// NeedOf says which parts of an inventory are made of a kind, by its resource.
func NeedOf(resource string) Need {
	name, group, _ := strings.Cut(resource, ".")
	switch {
	case group == "" && name == "namespaces":
		return NeedNamespaces
	case group == "" && (name == "services" || name == "endpoints"), group == "discovery.k8s.io":
		return NeedServices
	case name == "workloadentries" || name == "workloadgroups":
		return NeedWorkloads | NeedConfig
	case strings.HasSuffix(group, "istio.io"), strings.HasSuffix(group, "networking.k8s.io"), strings.HasSuffix(group, "networking.x-k8s.io"):
		return NeedConfig
	}
	return NeedWorkloads
}

// Complete reports whether all kinds that a part is made of are known as they are now:
// what such a part does not hold does not exist. Nothing is complete of which no kind is told.
func (i *Inventory) Complete(need Need) bool {
	var told Need
	for _, k := range i.Kinds {
		of := NeedOf(k.Resource)
		if of&need == 0 {
			continue
		}
		if !k.Absent && (!k.Known || k.Error != "") {
			return false
		}
		told |= of
	}
	return told&need == need
}
