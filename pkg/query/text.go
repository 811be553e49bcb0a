package query

import (
	"encoding/json"
	"strconv"
	"strings"
)

// A dashboard's variable is a text, whatever it stands for. So the fields that are no
// texts can be given as one.
var (
	switches = []string{"services", "idle", "crossClusterOnly", "yaml", "traffic", "worstFirst"}
	numbers  = []string{"maxNodes", "limit"}
)

// off is what a variable can hold for no comparison: Grafana's lists of values have no
// empty one.
const off = "off"

// readTexts replaces texts by the switches and numbers that they stand for, in the JSON of
// a query. An empty text stands for the default. JSON that is no object stays as it is.
func readTexts(raw []byte) ([]byte, error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return raw, nil // told by whoever decodes it
	}
	changed := false
	replace := func(name string, read func(text string) (string, bool), wanted string) error {
		text, given := textOf(fields[name])
		if !given {
			return nil
		}
		value, ok := read(text)
		switch {
		case text == "":
			value = "null"
		case strings.ContainsRune(text, '$'):
			return wrong(name, "%q is a variable that the dashboard does not have; %s is wanted", text, wanted)
		case !ok:
			return wrong(name, "the text %q does not fit here; %s is wanted", text, wanted)
		}
		changed, fields[name] = true, json.RawMessage(value)
		return nil
	}
	for _, name := range switches {
		if err := replace(name, func(text string) (string, bool) { return text, text == "true" || text == "false" }, "true or false"); err != nil {
			return nil, err
		}
	}
	for _, name := range numbers {
		whole := func(text string) (string, bool) { n, err := strconv.Atoi(text); return strconv.Itoa(n), err == nil }
		if err := replace(name, whole, "a whole number"); err != nil {
			return nil, err
		}
	}
	if text, _ := textOf(fields["compareTo"]); text == off {
		changed, fields["compareTo"] = true, json.RawMessage("null")
	}
	if !changed {
		return raw, nil
	}
	return json.Marshal(fields)
}

// textOf reads a JSON string, without the space around it.
func textOf(raw json.RawMessage) (text string, ok bool) {
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return "", false
	}
	return strings.TrimSpace(text), true
}
