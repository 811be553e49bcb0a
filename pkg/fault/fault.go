package fault

import (
	"errors"
	"fmt"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// Fault is a classified error.
type Fault struct {
	// Status is the status that Grafana gives to the answer.
	Status backend.Status
	// Source says whose fault it is: downstream for what is outside of the plugin,
	// questions and settings included; plugin for our own mistakes.
	Source backend.ErrorSource
	// Sentence says, in one line, what happened and what to do.
	Sentence string
	cause    error
}

// Sentinels for errors.Is: whatever was classified as such matches.
var (
	ErrBadQuery    = errors.New("bad query")
	ErrBadSettings = errors.New("bad settings")
)

// Error returns the sentence.
func (f *Fault) Error() string { return f.Sentence }

// Unwrap returns what was classified. It may hold what must not be shown.
func (f *Fault) Unwrap() error { return f.cause }

// Response is the answer to one query that failed with f.
func (f *Fault) Response() backend.DataResponse {
	return backend.DataResponse{Error: f, Status: f.Status, ErrorSource: f.Source}
}

// Of classifies err; nil gives nil. An error that is a Fault already, however
// deeply wrapped, is given back as that Fault.
func Of(err error) *Fault {
	if err == nil {
		return nil
	}
	var known *Fault
	if errors.As(err, &known) {
		return known
	}
	// Most telling first: an API's own answer says more than the fact that time ran
	// out while it was repeated.
	for _, classify := range []func(error) *Fault{ofKubernetes, ofPrometheus, ofContext, ofNetwork} {
		if f := classify(err); f != nil {
			f.Sentence = Clean(f.Sentence)
			f.cause = err
			return f
		}
	}
	return &Fault{
		Status:   backend.StatusInternal,
		Source:   backend.ErrorSourcePlugin,
		Sentence: Clean("an unexpected error: " + err.Error() + "; if it stays, please report it"),
		cause:    err,
	}
}

// BadQuery is a query that cannot be answered as it stands. The field is the one
// at fault, by its name in the query's JSON; format and args say what is wrong.
func BadQuery(field, format string, args ...any) *Fault {
	return &Fault{
		Status:   backend.StatusBadRequest,
		Source:   backend.ErrorSourceDownstream,
		Sentence: Clean(fmt.Sprintf("query field %q: %s", field, fmt.Sprintf(format, args...))),
		cause:    ErrBadQuery,
	}
}

// BadSettings is a data source that is configured wrongly; err says which setting
// and what to do, as package settings does. Nil gives nil.
func BadSettings(err error) *Fault {
	if err == nil {
		return nil
	}
	return &Fault{
		Status:   backend.StatusBadRequest,
		Source:   backend.ErrorSourceDownstream,
		Sentence: Clean(strings.ReplaceAll(err.Error(), "\n", "; ")), // joined errors are a line each
		cause:    errors.Join(ErrBadSettings, err),
	}
}

// BadGateway is a server that does not behave as it should, which no error's type
// tells, only whoever saw it: format and args say what happened and what to do. The
// cause may be nil.
func BadGateway(cause error, format string, args ...any) *Fault {
	f := downstream(backend.StatusBadGateway, format, args...)
	f.Sentence, f.cause = Clean(f.Sentence), cause
	return f
}

func downstream(status backend.Status, format string, args ...any) *Fault {
	return &Fault{Status: status, Source: backend.ErrorSourceDownstream, Sentence: fmt.Sprintf(format, args...)}
}
