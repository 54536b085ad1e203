package compare

import (
	"math"
	"slices"
)

// Profile is the performance profile of an optimizer: Share[i] of all instances,
// the problems with each seed, took it at most Tau[i] times the work of the
// optimizer that was fastest there. Between, the share is that before. Work is
// evaluations to the target at the best learning rate; an instance whose target was
// not reached takes forever.
//
//	r_{p,s} = t_{p,s} / min_s t_{p,s}        ρ_s(τ) = |{p: r_{p,s} ≤ τ}| / |{p}|
//
// Share[0] at Tau[0] = 1 is how often it was the fastest, the last share how often
// it arrived at all.
//
// Dolan and Moré, "Benchmarking optimization software with performance profiles",
// 2002.
type Profile struct {
	Event     string    `json:"event"` // profile
	Optimizer string    `json:"optimizer"`
	Tau       []float64 `json:"tau"`
	Share     []float64 `json:"share"`
}

// Profiles computes those of all optimizers, over the same Tau.
func (r Result) Profiles() []Profile {
	h, runs := r.Header, r.arranged()
	ratios := make([][]float64, len(h.Optimizers))
	instances := 0
	for p := range h.Problems {
		work := r.work(runs, p)
		for s := range h.Seeds {
			fastest := math.Inf(1)
			for o := range work {
				fastest = min(fastest, work[o][s])
			}
			for o := range work {
				// Inf/Inf is NaN, and no share.
				if ratio := work[o][s] / fastest; finite(ratio) {
					ratios[o] = append(ratios[o], ratio)
				}
			}
			instances++
		}
	}
	tau := append([]float64{1}, slices.Concat(ratios...)...)
	slices.Sort(tau)
	tau = slices.Compact(tau)
	var list []Profile
	for o, optimizer := range h.Optimizers {
		list = append(list, Profile{"profile", optimizer.Name, tau, shares(ratios[o], tau, instances)})
	}
	return list
}

// shares counts the ratios up to each tau.
func shares(ratios, tau []float64, instances int) []float64 {
	list := make([]float64, len(tau))
	for i, most := range tau {
		n := 0
		for _, ratio := range ratios {
			if ratio <= most {
				n++
			}
		}
		list[i] = float64(n) / float64(instances)
	}
	return list
}

// work is the evaluations to the target by optimizer and seed, Inf for none.
func (r Result) work(runs map[place]Record, problem int) [][]float64 {
	h := r.Header
	target := r.target(runs, problem)
	work := make([][]float64, len(h.Optimizers))
	for o := range work {
		_, final := r.final(runs, problem, o)
		for _, record := range final {
			evaluations := math.Inf(1)
			if record != nil {
				if m := record.to(target, h.Problems[problem].LargerIsBetter, h.Target != nil); m != nil {
					evaluations = float64(max(m.Evaluations, 1))
				}
			}
			work[o] = append(work[o], evaluations)
		}
	}
	return work
}

// At returns the share of the instances with a ratio of at most tau.
func (p Profile) At(tau float64) float64 {
	share := 0.0
	for i, t := range p.Tau {
		if t <= tau {
			share = p.Share[i]
		}
	}
	return share
}
