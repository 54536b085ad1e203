package compare

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"sync"
)

// Result is the runs of a plan, in the order of the plan: problems, optimizers,
// learning rates, seeds.
type Result struct {
	Header  Header
	Records []Record
}

// Run makes the runs of the plan that are not among those that are there already.
// each, if not nil, is called with every new run as it ends, one call at a time;
// its error ends the work. When the context ends, or after an error, the result
// holds the runs that have ended.
func (p Plan) Run(ctx context.Context, have []Record, each func(Record) error) (Result, error) {
	h, err := p.Header()
	if err != nil {
		return Result{}, err
	}
	runs, err := h.arrange(have)
	if err != nil {
		return Result{}, fmt.Errorf("compare: %w", err)
	}
	w := work{plan: p, header: h, runs: runs, each: each}
	if err = w.all(ctx, h.trials()); err == nil {
		err = w.all(ctx, h.repeats(runs))
	}
	return h.result(runs), err
}

// Count returns how many runs the plan has, in all its parts or in the one of its
// shard.
func (h Header) Count() int {
	n, tuned := len(h.trials()), 0
	for _, t := range h.trials() {
		if h.tuned(t.optimizer) && t.rate == 0 && t.seed == 0 {
			tuned++
		}
	}
	return n + tuned*(len(h.Seeds)-h.TuneSeeds)
}

// arrange finds the places of records.
func (h Header) arrange(records []Record) (map[place]Record, error) {
	runs := map[place]Record{}
	for _, r := range records {
		at, ok := h.find(r)
		if !ok {
			return nil, fmt.Errorf("the run of %s on %s with learning rate %v and seed %d is none of the plan", r.Optimizer, r.Problem, r.LearningRate, r.Seed)
		}
		if _, twice := runs[at]; twice {
			return nil, fmt.Errorf("the run of %s on %s with learning rate %v and seed %d is there twice", r.Optimizer, r.Problem, r.LearningRate, r.Seed)
		}
		runs[at] = r
	}
	return runs, nil
}

// result puts the runs in order.
func (h Header) result(runs map[place]Record) Result {
	order := slices.SortedFunc(maps.Keys(runs), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.problem, b.problem), cmp.Compare(a.optimizer, b.optimizer), cmp.Compare(a.rate, b.rate), cmp.Compare(a.seed, b.seed))
	})
	r := Result{Header: h, Records: []Record{}}
	for _, at := range order {
		r.Records = append(r.Records, runs[at])
	}
	return r
}

// work is a plan under way.
type work struct {
	plan   Plan
	header Header
	each   func(Record) error

	mutex sync.Mutex
	runs  map[place]Record
	err   error // the first one
}

// workers is the number of runs at the same time.
func (p Plan) workers() int {
	if p.Timed {
		return 1
	}
	return cmp.Or(p.Workers, runtime.GOMAXPROCS(0))
}

// all makes those of the runs that are not there, each by one worker.
func (w *work) all(ctx context.Context, places []place) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	todo := make(chan place)
	var group sync.WaitGroup
	for range w.plan.workers() {
		group.Go(func() {
			for at := range todo {
				if err := w.one(ctx, at); err != nil {
					cancel()
				}
			}
		})
	}
	for _, at := range places {
		w.mutex.Lock()
		_, there := w.runs[at]
		w.mutex.Unlock()
		if there {
			continue
		}
		select {
		case todo <- at:
			continue
		case <-ctx.Done():
		}
		break
	}
	close(todo)
	group.Wait()
	if w.err != nil {
		return w.err
	}
	return ctx.Err()
}

// one makes one run and keeps the first error.
func (w *work) one(ctx context.Context, at place) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("compare: panic: %v", p)
		}
		if err != nil {
			w.mutex.Lock()
			if w.err == nil {
				w.err = err
			}
			w.mutex.Unlock()
		}
	}()
	h := w.header
	o := w.plan.Optimizers[at.optimizer]
	r, err := w.plan.Problems[at.problem].Run(ctx, Task{
		Optimizer: o, LearningRate: o.rates()[at.rate], Seed: h.Seeds[at.seed],
		Target: w.plan.Target, Larger: h.Problems[at.problem].LargerIsBetter,
	})
	if err != nil {
		return err
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.runs[at] = r
	if w.each != nil && w.err == nil {
		return w.each(r)
	}
	return nil
}
