package telemetry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// scanner reads JSON as it arrives. It knows as much of JSON as it takes to find what
// is looked for: what is skipped is not checked to the letter.
//
// After an error, whatever is read is empty; err tells the first one.
type scanner struct {
	from io.Reader
	buf  []byte
	at   int // buf[at:] is not read yet
	err  error
	// broke is why no more could be had of the stream before its end; nil unless err is
	// for that.
	broke error
	depth int
}

const (
	leastBuffer = 64 << 10
	// mostDepth is how deep values may stand in one another: a stack has an end.
	mostDepth = 64
)

var errEnds = errors.New("it ends too early")

func (s *scanner) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// more reads on; what is not read yet stays. False at the end, and after an error.
func (s *scanner) more() bool {
	if s.err != nil {
		return false
	}
	if s.at > 0 {
		s.buf = s.buf[:copy(s.buf, s.buf[s.at:])]
		s.at = 0
	}
	if len(s.buf) == cap(s.buf) {
		bigger := make([]byte, len(s.buf), max(leastBuffer, 2*cap(s.buf)))
		copy(bigger, s.buf)
		s.buf = bigger
	}
	for range 100 { // a reader may give nothing now and then, as bufio's has it
		n, err := s.from.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		switch {
		case n > 0:
			return true
		case err == io.EOF:
			s.fail(errEnds)
			return false
		case err != nil:
			s.broke = err
			s.fail(err)
			return false
		}
	}
	s.broke = io.ErrNoProgress
	s.fail(s.broke)
	return false
}

// peek is the next letter that is no space, without reading it; 0 when there is none.
func (s *scanner) peek() byte {
	for {
		for ; s.at < len(s.buf); s.at++ {
			switch c := s.buf[s.at]; c {
			case ' ', '\t', '\r', '\n':
			default:
				return c
			}
		}
		if !s.more() {
			return 0
		}
	}
}

// take reads a letter that has to come next.
func (s *scanner) take(c byte) bool {
	got := s.peek()
	if s.err != nil {
		return false
	}
	if got != c {
		s.fail(fmt.Errorf("%q where %q should be", got, c))
		return false
	}
	s.at++
	return true
}

// object reads an object. field is called for each of its fields and reads the value;
// the name is gone then.
func (s *scanner) object(field func(name []byte)) {
	s.list('{', '}', func(int) {
		name := s.text()
		// The name is in the buffer still: a colon that has to be waited for would move it.
		if s.at < len(s.buf) && s.buf[s.at] == ':' {
			s.at++
		} else {
			name = bytes.Clone(name)
			s.take(':')
		}
		if s.err == nil {
			field(name)
		}
	})
}

// array reads an array. item is called for each of its values and reads it.
func (s *scanner) array(item func(i int)) { s.list('[', ']', item) }

func (s *scanner) list(begin, end byte, item func(i int)) {
	if !s.take(begin) {
		return
	}
	if s.depth++; s.depth > mostDepth {
		s.fail(errors.New("values stand too deep in one another"))
	}
	defer func() { s.depth-- }()
	for i := 0; s.err == nil; i++ {
		switch c := s.peek(); {
		case c == end:
			s.at++
			return
		case i > 0 && !s.take(','):
			return
		}
		item(i)
	}
}

// text reads a string. It is gone when more is read.
func (s *scanner) text() []byte {
	if !s.take('"') {
		return nil
	}
	for from := 0; ; {
		rest := s.buf[s.at:]
		n := bytes.IndexByte(rest[from:], '"')
		if n < 0 {
			from = len(rest)
			if !s.more() {
				return nil
			}
			continue
		}
		text := rest[:from+n]
		if bytes.IndexByte(text, '\\') >= 0 {
			return s.escaped()
		}
		s.at += len(text) + 1
		return text
	}
}

// escaped reads the rest of a string that has escapes in it.
func (s *scanner) escaped() []byte {
	for i := 0; ; i++ {
		for s.at+i >= len(s.buf) {
			if !s.more() {
				return nil
			}
		}
		switch s.buf[s.at+i] {
		case '\\':
			i++ // whatever it is that is escaped
		case '"':
			var text string
			quoted := append(append([]byte{'"'}, s.buf[s.at:s.at+i]...), '"')
			if err := json.Unmarshal(quoted, &text); err != nil {
				s.fail(err)
			}
			s.at += i + 1
			return []byte(text)
		}
	}
}

// skip reads a value that nobody looks for.
func (s *scanner) skip() {
	switch s.peek() {
	case '{':
		s.object(func([]byte) { s.skip() })
	case '[':
		s.array(func(int) { s.skip() })
	case '"':
		s.text()
	case 0:
		s.fail(errEnds)
	default:
		s.plain()
	}
}

// plain reads a number, true, false or null.
func (s *scanner) plain() {
	for n := 0; ; n++ {
		if s.at == len(s.buf) && !s.more() {
			return
		}
		switch s.buf[s.at] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
			if n == 0 {
				s.fail(fmt.Errorf("%q where a value should be", s.buf[s.at]))
			}
			return
		}
		s.at++
	}
}

// number reads a number that is no text.
func (s *scanner) number() float64 {
	if c := s.peek(); c != '-' && (c < '0' || c > '9') {
		s.fail(fmt.Errorf("%q where a number should be", c))
		return 0
	}
	for n := 0; ; n++ {
		if s.at+n == len(s.buf) && !s.more() {
			return 0
		}
		switch s.buf[s.at+n] {
		case ',', ']', '}', ' ', '\t', '\r', '\n':
			v, err := strconv.ParseFloat(string(s.buf[s.at:s.at+n]), 64)
			if err != nil {
				s.fail(fmt.Errorf("%q is not a number", s.buf[s.at:s.at+n]))
			}
			s.at += n
			return v
		}
	}
}
