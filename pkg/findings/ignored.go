package findings

import (
	"slices"

	"github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"
)

// kialis are the codes of findings by those that Kiali gives to the like, as far as the
// two look at the same field of the same object.
var kialis = map[string][]string{
	"KIA0002": {SeveralInNamespace},
	"KIA0003": {SeveralOnWorkload},
	"KIA0004": {SelectorEmpty},
	"KIA0005": {ExportNotFound},
	"KIA0101": {NamespaceNotFound},
	"KIA0104": {HostNotFound},
	"KIA0106": {AccountUnused, NamespaceNotFound},
	"KIA0109": {WaypointNeeded},
	"KIA0110": {WaypointNeeded},
	"KIA0201": {RuleTwice},
	"KIA0202": {HostNotFound},
	"KIA0203": {SubsetEmpty},
	"KIA0205": {MutualToDisabled},
	"KIA0206": {MutualToDisabled},
	"KIA0207": {PlainToStrict},
	"KIA0208": {PlainToStrict},
	"KIA0301": {ServerTwice},
	"KIA0302": {SelectorEmpty},
	"KIA1004": {HostNotFound, NamespaceNotFound},
	"KIA1101": {HostNotFound},
	"KIA1102": {GatewayNotFound},
	"KIA1104": {SingleWeight},
	"KIA1106": {RouteTwice},
	"KIA1107": {SubsetNotFound},
	"KIA1110": {WaypointNeeded},
	"KIA1111": {WaypointNeeded},
	"KIA1115": {WaypointNeeded},
	"KIA1116": {WaypointNeeded},
	"KIA1211": {EntryTwice},
	"KIA1311": {SidecarInAmbient},
	"KIA1313": {WaypointNotFound},
	"KIA1315": {SidecarInAmbient},
	"KIA1316": {SidecarInAmbient},
	"KIA1401": {ParentNotFound},
	"KIA1402": {BackendNotFound},
	"KIA1503": {ListenerTwice},
	"KIA1504": {ClassNotFound},
	"KIA1601": {NamespaceNotFound},
}

// heard are the findings that the thing they are of does not ask to be silent about.
func heard(of any, found []mesh.Finding) []mesh.Finding {
	asked := ignoredBy(of)
	switch {
	case len(asked) == 0:
		return found
	case asked.All():
		return nil
	}
	silent := map[string]bool{}
	for _, code := range asked {
		silent[code] = true
		for _, ours := range kialis[code] {
			silent[ours] = true
		}
	}
	return slices.DeleteFunc(found, func(f mesh.Finding) bool { return silent[f.Code] })
}

func ignoredBy(of any) mesh.Ignored {
	switch of := of.(type) {
	case *mesh.Config:
		return of.Ignored
	case *mesh.Namespace:
		return of.Ignored
	case *mesh.Service:
		return of.Ignored
	case *mesh.Workload:
		return of.Ignored
	}
	return nil
}
