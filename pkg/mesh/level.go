package mesh

// Level is how finely a graph tells its nodes apart.
type Level string

// The levels, coarse to fine. LevelAuto stands for the finest of AutoLevels that
// stays within the number of nodes that are wanted.
const (
	LevelAuto         Level = "auto"
	LevelCluster      Level = "cluster"
	LevelNamespace    Level = "namespace"
	LevelService      Level = "service"
	LevelApp          Level = "app"
	LevelVersionedApp Level = "versionedApp"
	LevelWorkload     Level = "workload"
)

// Levels lists all levels that can be drawn.
func Levels() []Level {
	return []Level{LevelCluster, LevelNamespace, LevelApp, LevelVersionedApp, LevelWorkload, LevelService}
}

// AutoLevels lists the levels that LevelAuto chooses from, finest first.
func AutoLevels() []Level { return []Level{LevelWorkload, LevelApp, LevelNamespace, LevelCluster} }
