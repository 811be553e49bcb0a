package ask

import (
	"bytes"
	"io"
	"sync"
)

// output passes a process's log on and remembers the end of it.
type output struct {
	mu  sync.Mutex // guards end and w
	w   io.Writer
	end []byte
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.end = append(o.end, b...)
	if extra := len(o.end) - 64<<10; extra > 0 {
		o.end = append([]byte(nil), o.end[extra:]...)
	}
	if o.w != nil {
		_, _ = o.w.Write(b)
	}
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.end)
}

// firstLine hands over the first line that is written to it and drops the rest.
type firstLine struct {
	line chan string // has room for one
	seen []byte
	done bool
}

func (f *firstLine) Write(b []byte) (int, error) {
	if !f.done {
		f.seen = append(f.seen, b...)
		if line, _, found := bytes.Cut(f.seen, []byte("\n")); found {
			f.done = true
			f.line <- string(bytes.TrimSpace(line))
		}
	}
	return len(b), nil
}
