package compare_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nabla/train/compare"
	"nabla/train/optimizers"
)

// The result is the same for any number of workers.
func TestWorkers(t *testing.T) {
	eachPlan(t, func(t *testing.T, p compare.Plan) {
		_, want := whole(t, p, nil)
		for _, p.Workers = range []int{1, 2, 5} {
			if _, got := whole(t, paused(p), nil); got != want {
				t.Errorf("%d workers:\n%s\nwant\n%s", p.Workers, got, want)
			}
		}
	})
}

// The number of runs is the announced one, and each is reported once.
func TestCount(t *testing.T) {
	want := map[string]int{"one rate": 6, "grid": 20, "tuned": 3 * (5 + 3), "two problems": 2 * (11 + 3 + 11), "all wild": 3}
	for name, p := range plans() {
		h, err := p.Header()
		if err != nil {
			t.Fatal(err)
		}
		reported := 0
		r, err := p.Run(context.Background(), nil, func(compare.Record) error { reported++; return nil })
		if err != nil || len(r.Records) != want[name] || h.Count() != want[name] || reported != want[name] || r.Missing() != 0 {
			t.Errorf("%s: %d runs, %d announced, %d reported, %d missing, want %d; %v", name, len(r.Records), h.Count(), reported, r.Missing(), want[name], err)
		}
	}
}

// Runs that are there are not made again, whichever they are.
func TestResume(t *testing.T) {
	eachPlan(t, func(t *testing.T, p compare.Plan) {
		r, want := whole(t, p, nil)
		for k := range r.Records {
			have := append(slices.Clone(r.Records[:k/2]), r.Records[k:]...)
			made := 0
			resumed, err := p.Run(context.Background(), have, func(compare.Record) error { made++; return nil })
			if err != nil || made != len(r.Records)-len(have) || lines(t, resumed) != want {
				t.Fatalf("%d of %d runs there: %d made, error %v", len(have), len(r.Records), made, err)
			}
		}
	})
}

// An interruption leaves what has ended, from which the rest follows.
func TestInterrupted(t *testing.T) {
	eachPlan(t, func(t *testing.T, p compare.Plan) {
		_, want := whole(t, p, nil)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		n := 0
		r, err := p.Run(ctx, nil, func(compare.Record) error {
			if n++; n == 2 {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) || r.Missing() == 0 || len(r.Records) < 2 {
			t.Fatalf("%d runs, %v", len(r.Records), err)
		}
		if _, got := whole(t, p, r.Records); got != want {
			t.Error("the rest is not the same")
		}
	})
}

// Seconds that are compared are those of a machine that does nothing else.
func TestTimedPlansRunOneAtATime(t *testing.T) {
	var now, widest atomic.Int32
	p := plans()["grid"]
	p.Problems = []compare.Problem{stub{name: "p", value: rugged, pause: time.Millisecond, now: &now, widest: &widest}}
	p.Workers = 3
	whole(t, p, nil)
	if widest.Load() < 2 {
		t.Errorf("3 workers made at most %d runs at a time", widest.Load())
	}
	widest.Store(0)
	p.Workers, p.Timed = 0, true
	whole(t, p, nil)
	if widest.Load() != 1 {
		t.Errorf("a timed plan made %d runs at a time", widest.Load())
	}
	p.Workers = 2
	if _, err := p.Run(context.Background(), nil, nil); err == nil || !strings.Contains(err.Error(), "Workers must be 1") {
		t.Errorf("two workers for a timed plan: %v", err)
	}
}

// failing is a problem that does not work.
type failing struct {
	stub
	once *sync.Once
	do   func() error
}

func (f failing) Run(ctx context.Context, t compare.Task) (r compare.Record, err error) {
	f.once.Do(func() { err = f.do() })
	if err == nil {
		r, err = f.stub.Run(ctx, t)
	}
	return r, err
}

// An error and a panic end the work.
func TestFailures(t *testing.T) {
	for want, do := range map[string]func() error{
		"no such thing": func() error { return errors.New("no such thing") },
		"panic: oops":   func() error { panic("oops") },
	} {
		p := plans()["grid"]
		p.Problems = []compare.Problem{failing{p.Problems[0].(stub), new(sync.Once), do}}
		if r, err := p.Run(context.Background(), nil, nil); err == nil || !strings.Contains(err.Error(), want) || r.Missing() == 0 {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	p := plans()["grid"]
	disk := errors.New("the disk is full")
	if _, err := p.Run(context.Background(), nil, func(compare.Record) error { return disk }); !errors.Is(err, disk) {
		t.Errorf("got %v, want %v", err, disk)
	}
}

// What cannot be meant is refused before any run.
func TestPlansAreChecked(t *testing.T) {
	for want, change := range map[string]func(*compare.Plan){
		"no problem":                   func(p *compare.Plan) { p.Problems = nil },
		"problem p is there twice":     func(p *compare.Plan) { p.Problems = append(p.Problems, p.Problems[0]) },
		"no optimizers":                func(p *compare.Plan) { p.Optimizers = nil },
		"a is there twice":             func(p *compare.Plan) { p.Optimizers = append(p.Optimizers, p.Optimizers[0]) },
		"has no name":                  func(p *compare.Plan) { p.Optimizers[0].Name = "" },
		"has no rule":                  func(p *compare.Plan) { p.Optimizers[0].Rule = nil },
		"has no learning rate":         func(p *compare.Plan) { p.Optimizers[0].LearningRates = nil },
		"LearningRates must be empty":  func(p *compare.Plan) { p.Optimizers[0].Rule = optimizers.LBFGS{} },
		"must be a positive number":    func(p *compare.Plan) { p.Optimizers[0].LearningRates = []float64{0.1, -1} },
		"rate 0.1 is there twice":      func(p *compare.Plan) { p.Optimizers[0].LearningRates = []float64{0.1, 0.1} },
		"no seeds":                     func(p *compare.Plan) { p.Seeds = nil },
		"seed 2 is there twice":        func(p *compare.Plan) { p.Seeds = []uint64{1, 2, 2} },
		"TuneSeeds must be from 0 to":  func(p *compare.Plan) { p.TuneSeeds = 3 },
		"Workers must not be negative": func(p *compare.Plan) { p.Workers = -1 },
		"no part 3 of 2":               func(p *compare.Plan) { p.Shard = part(3, 2) },
		"no part 0 of 2":               func(p *compare.Plan) { p.Shard = part(0, 2) },
		"Target is NaN":                func(p *compare.Plan) { p.Target = new(nan) },
	} {
		p := plans()["grid"]
		change(&p)
		if _, err := p.Header(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
