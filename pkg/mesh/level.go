package mesh

// Level is how finely a graph tells its nodes apart.
type Level string

// The levels, coarse to fine. LevelAuto stands for the finest of them that stays
// within the number of nodes that are wanted.
const (
	LevelAuto      Level = "auto"
	LevelCluster   Level = "cluster"
	LevelNamespace Level = "namespace"
	LevelWorkload  Level = "workload"
)

// Levels lists the levels that can be drawn, finest first.
func Levels() []Level { return []Level{LevelWorkload, LevelNamespace, LevelCluster} }
