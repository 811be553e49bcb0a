package inventory

import "sync"

// calls counts requests in flight. The reflector makes lists in goroutines of their own
// and does not wait for them; whoever ends a connection has to.
type calls struct {
	mu     sync.Mutex
	flying sync.WaitGroup
	closed bool
}

// begin counts a request in; false says that none may begin any more.
func (c *calls) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.flying.Add(1)
	}
	return !c.closed
}

// end counts a request out.
func (c *calls) end() { c.flying.Done() }

// wait lets no more requests begin and waits for the end of all.
func (c *calls) wait() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.flying.Wait()
}
