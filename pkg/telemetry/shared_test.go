package telemetry

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestManyWhoAskTheSameAskOnce(t *testing.T) {
	s := newShared(time.Minute)
	var asked atomic.Int32
	release := make(chan struct{})
	ask := func(context.Context) (keptAnswer, error) {
		asked.Add(1)
		<-release
		return keptAnswer{vector: vector{samples: []sample{{value: 1}}}}, nil
	}
	at := s.moment(time.Now())
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			a, err := s.answer(context.Background(), "q", at, ask)
			if err != nil || len(a.samples) != 1 {
				t.Errorf("%v %v", a, err)
			}
		})
	}
	require.Eventually(t, func() bool { return asked.Load() == 1 }, 5*time.Second, time.Millisecond)
	close(release)
	all.Wait()
	_, err := s.answer(context.Background(), "q", at, ask)
	require.NoError(t, err)
	require.EqualValues(t, 1, asked.Load())

	_, err = s.answer(context.Background(), "q", at.Add(time.Minute), ask)
	require.NoError(t, err)
	require.EqualValues(t, 2, asked.Load(), "another moment is another question")
}

func TestWhoGivesUpCostsTheOthersNothing(t *testing.T) {
	s := newShared(time.Minute)
	release, begun := make(chan struct{}), make(chan struct{})
	ask := func(ctx context.Context) (keptAnswer, error) {
		close(begun)
		<-release
		return keptAnswer{vector: vector{samples: []sample{{value: 1}}}}, ctx.Err()
	}
	at := s.moment(time.Now())
	ctx, cancel := context.WithCancel(context.Background())
	first := make(chan error, 1)
	go func() {
		_, err := s.answer(ctx, "q", at, ask)
		first <- err
	}()
	<-begun
	second := make(chan error, 1)
	go func() {
		_, err := s.answer(context.Background(), "q", at, ask)
		second <- err
	}()
	cancel()
	require.ErrorIs(t, <-first, context.Canceled)
	close(release)
	require.NoError(t, <-second)
}

func TestFailuresAndWhatIsOverAreNotKept(t *testing.T) {
	s := newShared(time.Second)
	down := errors.New("down")
	_, err := s.answer(context.Background(), "q", time.Now(), func(context.Context) (keptAnswer, error) { return keptAnswer{}, down })
	require.ErrorIs(t, err, down)
	require.Empty(t, s.kept)

	s.keep("a", keptAnswer{vector: vector{samples: make([]sample, 10)}})
	s.keep("too much", keptAnswer{vector: vector{samples: make([]sample, maxKept)}})
	require.Len(t, s.kept, 1)
	a := s.kept["a"]
	a.until = time.Now().Add(-time.Second)
	s.kept["a"] = a
	_, ok := s.find("a")
	require.False(t, ok)
	s.keep("b", keptAnswer{vector: vector{samples: make([]sample, 5)}})
	require.Len(t, s.kept, 1)
	require.Equal(t, 5, s.total)
}
