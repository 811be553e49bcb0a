package telemetry

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// levelLabels are the labels that matter at one level.
type levelLabels struct {
	// source and destination tell the level's nodes apart.
	source, destination []string
	// sourceName and destinationName are what a selection by name matches.
	sourceName, destinationName string
	// byService: destinations are told by the called service, whether or not a
	// workload is known of them.
	byService bool
}

var levels = map[mesh.Level]levelLabels{
	mesh.LevelCluster: {
		source: []string{labelSourceClust}, sourceName: labelSourceWl,
		destination: []string{labelDestClust}, destinationName: labelDestWl,
	},
	mesh.LevelNamespace: {
		source: []string{labelSourceClust, labelSourceNs}, sourceName: labelSourceWl,
		destination: []string{labelDestClust, labelDestNs}, destinationName: labelDestWl,
	},
	mesh.LevelWorkload: {
		source: []string{labelSourceClust, labelSourceNs, labelSourceWl}, sourceName: labelSourceWl,
		destination: []string{labelDestClust, labelDestNs, labelDestWl}, destinationName: labelDestWl,
	},
	mesh.LevelApp: {
		source: []string{labelSourceClust, labelSourceNs, labelSourceApp}, sourceName: labelSourceApp,
		destination: []string{labelDestClust, labelDestNs, labelDestApp}, destinationName: labelDestApp,
	},
	mesh.LevelVersionedApp: {
		source: []string{labelSourceClust, labelSourceNs, labelSourceApp, labelSourceVer}, sourceName: labelSourceApp,
		destination: []string{labelDestClust, labelDestNs, labelDestApp, labelDestVer}, destinationName: labelDestApp,
	},
	mesh.LevelService: {
		source: []string{labelSourceClust, labelSourceNs, labelSourceApp}, sourceName: labelSourceApp,
		destination: serviceLabels, destinationName: labelDestService, byService: true,
	},
}

// byWorkload are the level's labels for a store that lacks those of apps: with the
// workload's name in the place of the app's.
func (l levelLabels) byWorkload() levelLabels {
	workloads := func(labels []string) []string {
		out := make([]string, len(labels))
		for i, label := range labels {
			out[i] = workloadFor(label)
		}
		return out
	}
	l.source, l.destination = workloads(l.source), workloads(l.destination)
	l.sourceName, l.destinationName = workloadFor(l.sourceName), workloadFor(l.destinationName)
	return l
}

func workloadFor(label string) string {
	switch label {
	case labelSourceApp:
		return labelSourceWl
	case labelDestApp:
		return labelDestWl
	}
	return label
}

// hasApps reports whether nodes of a level are told by their apps.
func hasApps(level mesh.Level) bool {
	switch level {
	case mesh.LevelApp, mesh.LevelVersionedApp, mesh.LevelService:
		return true
	}
	return false
}

// serviceLabels tell a called service apart. By them destinations are told of which
// no workload is known: calls that failed before one was chosen, and hosts outside
// the mesh.
var serviceLabels = []string{labelDestClust, labelDestSvcNs, labelDestService}

// HasServices reports whether called services can be put between the nodes of a level.
func HasServices(level mesh.Level) bool {
	switch level {
	case mesh.LevelWorkload, mesh.LevelApp, mesh.LevelVersionedApp:
		return true
	}
	return false
}

// hasPeers reports whether principals and hosts are asked for at a level: at coarser
// ones there are too many of them between two nodes to be of any help.
func hasPeers(level mesh.Level) bool { return HasServices(level) || level == mesh.LevelService }

// mergedAt is the level at which the reports of requests become one, before they are added
// up. Who reports what depends on the workloads at both ends: if some of a namespace's
// calls are reported by waypoints alone and others by sidecars, what the sides tell of the
// namespace as a whole must not be compared.
func mergedAt(level mesh.Level) mesh.Level {
	switch level {
	case mesh.LevelCluster, mesh.LevelNamespace:
		return mesh.LevelWorkload
	}
	return level
}
