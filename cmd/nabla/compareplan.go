package main

import (
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"nabla/internal/kernel"
	"nabla/train/compare"
)

// deepOBSSeeds is the number of seeds of the protocol.
const deepOBSSeeds = "10"

// plan makes the plan of the command line, and the data of those problems that have
// some.
func (r *comparer) plan(problems []string) (compare.Plan, []*setup, error) {
	// Numbers of another instruction set differ in their last digits.
	p := compare.Plan{Settings: []string{"instruction set=" + kernel.ISA().String()}}
	r.follow()
	columns, err := r.splitTargets(&p)
	if err != nil {
		return p, nil, err
	}
	limit, err := r.parseBudget()
	if err != nil {
		return p, nil, err
	}
	if err := r.parseWorkers(&p, limit); err != nil {
		return p, nil, err
	}
	if p.Shard, err = r.parseShard(); err != nil {
		return p, nil, err
	}
	if p.Seeds, err = r.parseSeeds(); err != nil {
		return p, nil, err
	}
	p.TuneSeeds = r.tuneSeeds
	if p.TuneSeeds < 0 || p.TuneSeeds > len(p.Seeds) {
		return p, nil, usagef("--tune-seeds must be from 0 to %d, the number of seeds, got %d", len(p.Seeds), p.TuneSeeds)
	}
	if p.Optimizers, err = r.parseOptimizers(problems); err != nil {
		return p, nil, err
	}
	var setups []*setup
	for _, name := range problems {
		if err := unknownProblem(name); err != nil {
			return p, nil, err
		}
		if isFunction(name) {
			f, err := r.function(name, limit)
			if err != nil {
				return p, nil, err
			}
			p.Problems = append(p.Problems, f)
			continue
		}
		s, err := r.setup(name, columns, limit)
		if err != nil {
			return p, nil, err
		}
		training, err := r.training(s, limit)
		if err != nil {
			return p, nil, err
		}
		setups, p.Problems = append(setups, s), append(p.Problems, training)
	}
	if len(setups) == 0 {
		err = r.checkFunctionFlags(columns)
	}
	return p, setups, err
}

// parseWorkers settles whether seconds are compared: then one run is made at a time.
func (r *comparer) parseWorkers(p *compare.Plan, limit budget) error {
	if r.workers < 0 || r.workers > maxThreads {
		return usagef("--workers must be from 0 to %d, got %d", maxThreads, r.workers)
	}
	p.Workers = r.workers
	p.Timed = p.Target != nil || limit.seconds > 0
	if p.Timed && r.workers > 1 {
		if limit.seconds > 0 {
			return usagef("--budget seconds is for one run at a time; leave --workers out")
		}
		p.Timed = false // the report leaves seconds out
	}
	return nil
}

// follow fills in what the protocol says of flags that were not given.
func (r *comparer) follow() {
	given := r.cmd.Flags()
	if r.protocol.value == "deepobs" {
		if !changed(given, "lr") {
			r.rates = "1e-5:1e2:36"
		}
		if !changed(given, "seeds") {
			r.seeds = deepOBSSeeds
		}
	}
	if !changed(given, "tune-seeds") && (r.protocol.value == "deepobs" || strings.Contains(r.rates, "auto")) {
		r.tuneSeeds = 1
	}
}

// several reports whether there are learning rates to choose from.
func (r *comparer) several() bool {
	rates, err := compare.ParseRates(r.rates, 1)
	return err == nil && len(rates) > 1
}

// splitTargets tells the value of a target from columns to predict.
func (r *comparer) splitTargets(p *compare.Plan) (columns string, err error) {
	for _, text := range r.targets {
		value, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil && columns != "":
			return "", usagef("--target: both %q and %q name columns; put commas between", columns, text)
		case err != nil:
			columns = text
		case math.IsNaN(value) || math.IsInf(value, 0):
			return "", usagef("--target must be a finite number, got %s", text)
		case p.Target != nil:
			return "", usagef("--target has two values, %v and %v; one is compared to", *p.Target, value)
		default:
			p.Target = &value
		}
	}
	return columns, nil
}

// budget is what a run may use; what is 0 is not limited.
type budget struct {
	epochs, evaluations int
	seconds             time.Duration
}

// parseBudget reads --budget.
func (r *comparer) parseBudget() (b budget, err error) {
	if r.budget == "" {
		return b, nil
	}
	kind, text, _ := strings.Cut(r.budget, "=")
	if changed(r.cmd.Flags(), "epochs") {
		return b, usagef("--budget %s and --epochs exclude each other; give one of them", r.budget)
	}
	v, err := strconv.ParseFloat(text, 64)
	whole := v == math.Trunc(v)
	switch {
	case err != nil || !(v > 0) || kind != "seconds" && !whole:
		return b, usagef("--budget %q: want epochs=N, evaluations=N or seconds=N with a positive number", r.budget)
	case kind == "epochs" && v <= maxEpochs:
		b.epochs = int(v)
	case kind == "evaluations" && v <= maxCount:
		b.evaluations = int(v)
	case kind == "seconds" && v <= float64(maxSeconds):
		b.seconds = time.Duration(v * float64(time.Second))
	case kind == "epochs" || kind == "evaluations" || kind == "seconds":
		return b, usagef("--budget %s is too much", r.budget)
	default:
		return b, usagef("--budget %q: want epochs=N, evaluations=N or seconds=N", r.budget)
	}
	return b, nil
}

// maxSeconds is a month: more is surely mistaken.
const maxSeconds = 31 * 24 * 3600

// parseShard reads --shard.
func (r *comparer) parseShard() (compare.Shard, error) {
	if r.shard == "" {
		return compare.Shard{}, nil
	}
	s, err := compare.ParseShard(r.shard, os.Getenv)
	if err != nil {
		return s, usagef("--%s", strings.TrimPrefix(plain(err), "compare: "))
	}
	return s, nil
}

// parseSeeds reads --seeds.
func (r *comparer) parseSeeds() ([]uint64, error) {
	if n, err := strconv.Atoi(r.seeds); err == nil {
		const most = 100_000
		if n < 1 || n > most {
			return nil, usagef("--seeds must be from 1 to %d, got %d", most, n)
		}
		first, err := strconv.ParseUint(r.cmd.Flags().Lookup("seed").Value.String(), 10, 64)
		if err != nil {
			return nil, err // pflag has read the same text before
		}
		seeds := make([]uint64, n)
		for i := range seeds {
			seeds[i] = first + uint64(i)
		}
		return seeds, nil
	}
	var seeds []uint64
	for text := range strings.SplitSeq(strings.TrimSuffix(r.seeds, ","), ",") {
		seed, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
		if err != nil {
			return nil, usagef("--seeds %q: %q is not a seed; want a number of seeds, or a list such as 1,5,9", r.seeds, text)
		}
		seeds = append(seeds, seed)
	}
	return seeds, nil
}

// givenFlags are the flags of a job that were given.
func (r *comparer) givenFlags() *pflag.FlagSet {
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, name := range sharedFlags {
		if f := r.cmd.Flags().Lookup(name); f.Changed {
			text := f.Value.String()
			fs.AddFlag(f)
			f.Changed = false      // pflag counts a flag as given to a set when Set changes that
			_ = fs.Set(name, text) // its own text
		}
	}
	return fs
}
