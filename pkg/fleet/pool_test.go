package fleet

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (p *Pool) size() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.shares)
}

func TestPoolSharesEqualCredentials(t *testing.T) {
	api := newAPI(t, "t")
	p := newPool(t, PoolOptions{Every: time.Hour})
	a := leaseOf(t, p, api.kubeconfig("west", "t"))
	b := leaseOf(t, p, api.kubeconfig("another-name", "t"))
	c := leaseOf(t, p, api.kubeconfig("west", "other"))
	require.Same(t, a.connection, b.connection)
	require.NotSame(t, a.connection, c.connection)
	require.NotEqual(t, a.id, c.id)
	require.Regexp(t, "^[0-9a-f]{64}$", a.id, "credentials cannot be had from it")
	require.NoError(t, a.since(t.Context(), time.Time{}))
	require.EqualValues(t, 1, api.versions.Load(), "one connection makes one contact")
}

func TestPoolClosesWhatNobodyLeases(t *testing.T) {
	api := newAPI(t, "t")
	p := newPool(t, PoolOptions{Linger: 50 * time.Millisecond})
	a, b := leaseOf(t, p, api.kubeconfig("west", "t")), leaseOf(t, p, api.kubeconfig("west", "t"))
	a.release()
	a.release() // twice is once
	time.Sleep(100 * time.Millisecond)
	require.Equal(t, 1, p.size(), "b still holds it")
	b.release()
	require.Eventually(t, func() bool { return p.size() == 0 }, soon, often)
	select {
	case <-b.done:
	case <-time.After(soon):
		t.Fatal("the connection's goroutine goes on")
	}
}

func TestPoolKeepsAConnectionThatIsWantedAgain(t *testing.T) {
	api := newAPI(t, "t")
	const linger = time.Second
	p := newPool(t, PoolOptions{Linger: linger})
	a := leaseOf(t, p, api.kubeconfig("west", "t"))
	for range 5 { // a new lease within the linger, again and again
		a.release()
		time.Sleep(linger / 10)
		b := leaseOf(t, p, api.kubeconfig("west", "t"))
		require.Same(t, a.connection, b.connection)
		a = b
	}
	time.Sleep(linger * 3 / 2)
	require.Equal(t, 1, p.size())
}

func TestPoolClosedLeasesNothing(t *testing.T) {
	api := newAPI(t, "t")
	p := newPool(t, PoolOptions{})
	l := leaseOf(t, p, api.kubeconfig("west", "t"))
	require.NoError(t, p.Close())
	require.NoError(t, p.Close())
	_, err := p.lease(parse(t, api.kubeconfig("west", "t")), patient)
	require.ErrorIs(t, err, ErrClosed)
	l.release()
}

func TestPoolIsSafeInManyHands(t *testing.T) {
	api := newAPI(t, "t")
	p := newPool(t, PoolOptions{Linger: time.Millisecond})
	cfg := parse(t, api.kubeconfig("west", "t"))
	var hands sync.WaitGroup
	for range 8 {
		hands.Go(func() {
			for range 50 {
				l, err := p.lease(cfg, patient)
				if err != nil {
					t.Error(err)
					return
				}
				_ = l.observation()
				l.release()
			}
		})
	}
	hands.Wait()
	require.Eventually(t, func() bool { return p.size() == 0 }, soon, often)
}
