package main

import (
	"sync"
	"time"

	"nabla/internal/kernel"
)

// roof is what bounds every program: arithmetic in registers and the traffic with
// each level of memory.
type roof struct {
	peaks  map[peakKey][]float64 // samples of GFLOPS
	levels []level
}

// peakKey is a kind of peak.
type peakKey struct {
	dtype string
	cores int
}

// level is a level of memory with its traffic in GB/s, read plus written.
type level struct {
	name     string
	bytes    int // that the traffic went through
	one, two float64
}

// roofline measures the traffic, and the peaks for the first time.
func (r *report) roofline(_ *nabla, _ options) error {
	r.roof.sample()
	caches := r.machine.caches
	sizes := make([]level, 0, len(caches)+1)
	for _, c := range caches {
		sizes = append(sizes, level{name: c.name, bytes: c.bytes / 2})
	}
	last := caches[len(caches)-1].bytes
	sizes[len(caches)-1].bytes = last / 4 // other programs use the last level too
	for _, l := range append(sizes, level{name: "memory", bytes: 4 * last}) {
		var one, two []float64
		for range r.rounds {
			one = append(one, traffic(1, l.bytes))
			two = append(two, traffic(2, l.bytes))
		}
		l.one, l.two = median(one), median(two)
		r.roof.levels = append(r.roof.levels, l)
	}
	return nil
}

// sample measures the peaks.
func (r *roof) sample() {
	if r.peaks == nil {
		r.peaks = map[peakKey][]float64{}
	}
	for cores := 1; cores <= 2; cores++ {
		for dtype, multiplyAdds := range map[string]func(int) int{"float32": kernel.FMA[float32], "float64": kernel.FMA[float64]} {
			k := peakKey{dtype, cores}
			const each = 4_000_000
			r.peaks[k] = append(r.peaks[k], best(func() float64 {
				flops := make([]int, cores)
				together(cores, func(i int) { flops[i] = multiplyAdds(each) })
				return float64(flops[0]*cores) / 1e9
			}))
		}
	}
}

// peak is the median of the samples in GFLOPS.
func (r *roof) peak(dtype string, cores int) float64 { return median(r.peaks[peakKey{dtype, cores}]) }

// secondCore is by what factor two cores beat one: below 1.8 they are no two cores
// at that moment, and figures for two say nothing.
func (r *roof) secondCore() float64 { return r.peak("float32", 2) / r.peak("float32", 1) }

// traffic is how many GB/s cores move together, in float32 arrays that are scaled
// into others of so many bytes in all.
func traffic(cores, bytes int) float64 {
	n := bytes / 8 / cores
	from, to := make([][]float32, cores), make([][]float32, cores)
	for i := range cores {
		from[i], to[i] = make([]float32, n), make([]float32, n)
		for j := range from[i] {
			from[i][j], to[i][j] = 1, 1
		}
	}
	passes := max(1, 1<<26/bytes)
	return best(func() float64 {
		together(cores, func(i int) {
			for range passes {
				kernel.Scale(to[i], from[i], 2)
			}
		})
		return float64(8*n*cores) * float64(passes) / 1e9
	})
}

// best is the highest of a few rates, where run returns the amount.
func best(run func() float64) float64 {
	top := 0.0
	for range 5 {
		start := time.Now()
		amount := run()
		top = max(top, amount/time.Since(start).Seconds())
	}
	return top
}

// together runs a function on several cores.
func together(cores int, run func(i int)) {
	var all sync.WaitGroup
	for i := range cores - 1 {
		all.Go(func() { run(i + 1) })
	}
	run(0)
	all.Wait()
}
