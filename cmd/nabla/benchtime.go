package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"nabla/datasets"
	"nabla/internal/kernel"
	"nabla/nn"
	"nabla/train"
)

// turn is how long a measurement should be at least, so that the clock and a
// short disturbance do not count.
const turn = 20 * time.Millisecond

// subject is a network under measurement, with the medians' samples so far.
type subject struct {
	benchNet
	step, predict func() error
	steps, runs   int // in a turn

	times, shares, predictions []float64
	allocs, predAllocs         []float64 // a call, by turn
}

// measure takes turns: each round times every net once, so that a disturbance of
// the machine meets all of them.
func (b *bencher) measure(ctx context.Context, nets []benchNet) (benchResult, error) {
	r := b.result()
	var subjects []*subject
	for _, n := range nets {
		s, err := b.prepare(n)
		if err != nil {
			return r, fmt.Errorf("%s: %s", n.name, plain(err))
		}
		subjects = append(subjects, s)
	}
	for round := range b.repeat {
		for _, s := range subjects {
			if err := ctx.Err(); err != nil {
				return r, err
			}
			peak := b.peak()
			if err := s.turn(peak); err != nil {
				return r, fmt.Errorf("%s: %s", s.name, plain(err))
			}
			r.PeakGFLOPS = max(r.PeakGFLOPS, peak/1e9)
		}
		if !b.quiet && isTerminal(b.err) {
			fmt.Fprintf(b.err, "\rturn %d of %d ", round+1, b.repeat)
		}
	}
	if !b.quiet && isTerminal(b.err) {
		fmt.Fprint(b.err, "\r                    \r")
	}
	for _, s := range subjects {
		v := s.medians()
		if b.epoch > 0 {
			epoch, err := b.epochTime(ctx, s.benchNet)
			if err != nil {
				return r, fmt.Errorf("%s: %w", s.name, err)
			}
			v.EpochRows, v.Epoch = b.epoch, epoch
		}
		r.Nets[s.name] = v
	}
	return r, nil
}

// start begins the training of a new network on some rows.
func (b *bencher) start(n benchNet, rows int) (*train.Run, *nn.Network, *datasets.Dataset, error) {
	t, err := b.trainer()
	if err != nil {
		return nil, nil, nil, err
	}
	t.BatchSize = n.batch
	net, err := b.network(n, t.Loss)
	if err != nil {
		return nil, nil, nil, err
	}
	data, err := b.data(n, rows)
	if err != nil {
		return nil, nil, nil, err
	}
	run, err := t.Start(net, data)
	return run, net, data, err
}

// prepare starts a net and finds how many steps make a turn.
func (b *bencher) prepare(n benchNet) (*subject, error) {
	s := &subject{benchNet: n}
	run, net, data, err := b.start(n, n.rows())
	if err != nil {
		return nil, err
	}
	s.step = func() error { _, err := run.Step(); return err }
	if s.steps, err = stepsOf(s.step); err != nil || !b.predict {
		return s, err
	}
	if s.predict, err = prediction(net, data, n.batch); err != nil {
		return nil, err
	}
	s.runs, err = stepsOf(s.predict)
	return s, err
}

// prediction returns a function that fetches the first rows and computes the output
// of the network.
func prediction(net *nn.Network, data *datasets.Dataset, batch int) (func() error, error) {
	runner, err := net.Runner(batch)
	if err != nil {
		return nil, err
	}
	rows := make([]int, batch)
	for i := range rows {
		rows[i] = i
	}
	fetch := func() error { return fmt.Errorf("inputs of type %T", runner.Input()) }
	switch x := runner.Input().Data().(type) {
	case []float32:
		fetch = func() error { return datasets.CopyX(x, data, rows) }
	case []float64:
		fetch = func() error { return datasets.CopyX(x, data, rows) }
	}
	return func() error {
		if err := fetch(); err != nil {
			return err
		}
		return runner.Run()
	}, nil
}

// stepsOf returns how many calls take a turn. The calls it makes warm caches up.
func stepsOf(call func() error) (int, error) {
	for n := 1; ; {
		took, _, err := timed(call, n)
		if err != nil || took >= turn {
			return n, err
		}
		// Half as much again as the turn seems to need, but no leap into the dark.
		n = int(min(1.5*float64(n)*float64(turn)/float64(max(took, 1)), 100*float64(n))) + 1
	}
}

// timed makes n calls and returns how long they took and what they allocated.
func timed(call func() error, n int) (time.Duration, uint64, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	for range n {
		if err := call(); err != nil {
			return 0, 0, err
		}
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs, nil
}

// turn measures the steps once, in operations per second beside the peak of this
// moment, and the predictions.
func (s *subject) turn(peak float64) error {
	took, allocs, err := timed(s.step, s.steps)
	if err != nil {
		return err
	}
	each := took.Seconds() / float64(s.steps)
	s.times = append(s.times, each*1e6)
	s.allocs = append(s.allocs, float64(allocs)/float64(s.steps))
	if peak > 0 {
		s.shares = append(s.shares, s.flops()/each/peak)
	}
	if s.predict == nil {
		return nil
	}
	if took, allocs, err = timed(s.predict, s.runs); err != nil {
		return err
	}
	s.predictions = append(s.predictions, took.Seconds()/float64(s.runs)*1e6)
	s.predAllocs = append(s.predAllocs, float64(allocs)/float64(s.runs))
	return nil
}

// medians sums up the turns. Allocations are whole ones per call, in the turn with
// the fewest: those of the runtime itself come in some turns, those of a step in
// each.
func (s *subject) medians() *netTimes {
	v := &netTimes{Layers: s.String(), Batch: s.batch, Step: median(s.times), Allocs: int64(slices.Min(s.allocs))}
	v.GFLOPS = s.flops() / v.Step / 1e3
	if len(s.shares) > 0 {
		v.Share = median(s.shares)
	}
	if s.predict != nil {
		v.Prediction = median(s.predictions)
		v.PredAllocs = new(int64(slices.Min(s.predAllocs)))
	}
	return v
}

// epochTime is the median over whole epochs, or over groups of short ones, in
// microseconds. The first group warms up.
func (b *bencher) epochTime(ctx context.Context, n benchNet) (float64, error) {
	run, _, _, err := b.start(n, b.epoch)
	if err != nil {
		return 0, err
	}
	var times []float64
	epochs, start := 0, time.Now()
	for _, err := range run.Epochs(ctx) {
		if err != nil {
			return 0, err
		}
		epochs++
		took := time.Since(start)
		if took < turn {
			continue
		}
		if times = append(times, took.Seconds()/float64(epochs)*1e6); len(times) > b.repeat {
			break
		}
		epochs, start = 0, time.Now()
	}
	return median(times[1:]), nil
}

// peak is the number of floating-point operations per second that the cores reach
// together with multiply-adds alone, the best of a few short runs.
func (b *bencher) peak() float64 {
	const each = 1_000_000
	work := kernel.FMA[float32]
	if b.dtype.value == "float64" {
		work = kernel.FMA[float64]
	}
	best := 0.0
	for range 7 {
		var all sync.WaitGroup
		start := time.Now()
		for range b.threads - 1 {
			all.Go(func() { work(each) })
		}
		flops := work(each)
		all.Wait()
		best = max(best, float64(flops*b.threads)/time.Since(start).Seconds())
	}
	return best
}
