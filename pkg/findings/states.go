package findings

import "github.com/meshatlas/meshatlas-istio-datasource/pkg/mesh"

// refusals are the conditions that say that an object does not take effect when they are False.
var refusals = map[string]struct{ code, words string }{
	"Accepted":     {NotAccepted, "The controller refused this object"},
	"ResolvedRefs": {NotResolved, "The controller could not follow the references of this object"},
	"Programmed":   {NotProgrammed, "The controller could not put this object into effect"},
}

// waiting are the reasons of conditions that may pass by themselves.
var waiting = map[string]bool{"Pending": true, "AddressNotAssigned": true, "AddressNotUsable": true}

// states tells of conditions that are False, each reason once.
func (w *world) states() {
	type condition struct{ kind, reason string }
	for _, in := range w.clusters {
		for c := range in.each() {
			var seen map[condition]bool
			for i := range c.Conditions {
				is := &c.Conditions[i]
				refusal, bad := refusals[is.Type]
				if !bad || is.Status != "False" || seen[condition{is.Type, is.Reason}] {
					continue
				}
				if seen == nil {
					seen = map[condition]bool{}
				}
				seen[condition{is.Type, is.Reason}] = true
				severity := mesh.SeverityError
				if waiting[is.Reason] {
					severity = mesh.SeverityWarning
				}
				w.tell(c, refusal.code, severity, "status.conditions", "%s: %s, see to what it says", refusal.words, reason(is))
			}
		}
	}
}

// reason is why a condition is as it is.
func reason(c *mesh.Condition) string {
	switch {
	case c.Reason == "" && c.Message == "":
		return "it gives no reason"
	case c.Message == "":
		return short(c.Reason)
	case c.Reason == "":
		return "“" + short(c.Message) + "”"
	}
	return short(c.Reason) + " (“" + short(c.Message) + "”)"
}
