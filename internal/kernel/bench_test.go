package kernel

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// shape is a product of a network's step.
type shape struct {
	name    string
	ta, tb  bool
	m, n, k int
}

// shapes are the products of the networks that docs/performance.md times, and
// two tiny ones.
var shapes = []shape{
	{"784-256 batch 128 NN", false, false, 128, 256, 784},
	{"784-256 batch 128 TN", true, false, 784, 256, 128},
	{"784-256 batch 128 NT", false, true, 128, 784, 256},
	{"784-128 batch 32 NN", false, false, 32, 128, 784},
	{"784-128 batch 32 TN", true, false, 784, 128, 32},
	{"784-128 batch 32 NT", false, true, 32, 784, 128},
	{"64-64 batch 32 NN", false, false, 32, 64, 64},
	{"64-64 batch 32 TN", true, false, 64, 64, 32},
	{"64-64 batch 32 NT", false, true, 32, 64, 64},
	{"64-32 batch 32 NN", false, false, 32, 32, 64},
	{"64-32 batch 32 TN", true, false, 64, 32, 32},
	{"64-32 batch 32 NT", false, true, 32, 64, 32},
	{"784-512 batch 512 NN", false, false, 512, 512, 784},
	{"784-512 batch 512 TN", true, false, 784, 512, 512},
	{"784-512 batch 512 NT", false, true, 512, 784, 512},
	{"512-512 batch 512 NN", false, false, 512, 512, 512},
	{"512-512 batch 512 TN", true, false, 512, 512, 512},
	{"512-512 batch 512 NT", false, true, 512, 512, 512},
	{"1024-1024 batch 32 NN", false, false, 32, 1024, 1024},
	{"1024-1024 batch 32 TN", true, false, 1024, 1024, 32},
	{"1024-1024 batch 32 NT", false, true, 32, 1024, 1024},
	{"1024-1024 batch 1024 NN", false, false, 1024, 1024, 1024},
	{"128-10 batch 32 NN", false, false, 32, 10, 128},
	{"128-10 batch 32 TN", true, false, 128, 10, 32},
	{"128-10 batch 32 NT", false, true, 32, 128, 10},
	{"32-10 batch 32 NN", false, false, 32, 10, 32},
	{"32-10 batch 32 TN", true, false, 32, 10, 32},
	{"32-10 batch 32 NT", false, true, 32, 32, 10},
	{"2-8 batch 4 NN", false, false, 4, 8, 2},
	{"8-2 batch 4 NN", false, false, 4, 2, 8},
	{"8-2 batch 4 TN", true, false, 8, 2, 4},
	{"8-2 batch 4 NT", false, true, 4, 8, 2},
	{"4-16 batch 1 NN", false, false, 1, 16, 4},
	{"16-3 batch 1 NN", false, false, 1, 3, 16},
	{"16-3 batch 1 TN", true, false, 16, 3, 1},
	{"16-3 batch 1 NT", false, true, 1, 16, 3},
}

func (s shape) flops() int { return 2 * s.m * s.n * s.k }

// call returns a function that computes the product once.
func call[T Float](pool *Pool, s shape) func() {
	rng := rand.New(rand.NewPCG(7, 1))
	a, _ := normals[T](rng, s.m*s.k)
	b, _ := normals[T](rng, s.k*s.n)
	c := make([]T, s.m*s.n)
	return BindGemm(pool, Linear, s.ta, s.tb, s.m, s.n, s.k, a, b, nil, c)
}

// rate is the best of a few operations per second, where run returns their
// number.
func rate(run func() int) float64 {
	best := 0.0
	for range 7 {
		start := time.Now()
		ops := run()
		best = max(best, float64(ops)/time.Since(start).Seconds())
	}
	return best
}

func peakRate[T Float]() float64 { return rate(func() int { return FMA[T](20_000_000) }) }

// BenchmarkGemm reports the share of the multiply-add peak of one core, measured
// next to it.
func BenchmarkGemm(b *testing.B) {
	b.Run("float32", benchGemm[float32])
	b.Run("float64", benchGemm[float64])
}

func benchGemm[T Float](b *testing.B) {
	for _, s := range shapes {
		b.Run(s.name, func(b *testing.B) {
			run := call[T](nil, s)
			peak := peakRate[T]()
			for b.Loop() {
				run()
			}
			gflops := float64(s.flops()*b.N) / b.Elapsed().Seconds() / 1e9
			b.ReportMetric(gflops, "GFLOPS")
			if peak > 0 {
				b.ReportMetric(100*gflops*1e9/peak, "%peak")
			}
		})
	}
}

// BenchmarkFMA measures the peak.
func BenchmarkFMA(b *testing.B) {
	flops := 0
	for b.Loop() {
		flops += FMA[float32](1_000_000)
	}
	b.ReportMetric(float64(flops)/b.Elapsed().Seconds()/1e9, "GFLOPS")
}

// rates asks for the measurements that assert nothing and take half a minute each.
var rates = flag.Bool("rates", false, "with -v, print the rates of products beside the peak of the processor")

// TestShare prints the share of the peak at every level, interleaved with the
// peak itself, with -v -rates. It asserts nothing: machines and their load differ.
func TestShare(t *testing.T) {
	if !*rates {
		t.Skip("prints only: ask for it with -rates")
	}
	everyType(t, share[float32], share[float64])
}

func share[T Float](t *testing.T) {
	if ISA() == Generic {
		t.Skip("no peak to compare with")
	}
	for _, s := range shapes {
		run, times := call[T](nil, s), 1+2_000_000/s.flops()
		ratios := make([]float64, 9)
		var gflops float64
		for i := range ratios {
			r := rate(func() int {
				for range times {
					run()
				}
				return times * s.flops()
			})
			ratios[i] = r / rate(func() int { return FMA[T](1_000_000) })
			gflops = max(gflops, r/1e9)
		}
		slices.Sort(ratios)
		t.Logf("%-23s %6.1f GFLOPS %s, %3.0f %% of the peak", s.name, gflops, fmt.Sprintf("%8.1f ns", float64(s.flops())/gflops), 100*ratios[4])
	}
}

// BenchmarkStreams reports the time of the elementwise kernels and updates by
// element, in float32, on what fits the first-level cache.
func BenchmarkStreams(b *testing.B) {
	const n = 2048
	k := []float32{1e-3, 0, 1, 0.9, 0.1, 0.999, 0.001, 1, 1e-8}
	for _, c := range streamCases[float32]() {
		b.Run(c.name, func(b *testing.B) {
			rng := rand.New(rand.NewPCG(13, 1))
			s := make([][]float32, c.streams)
			for i := range s {
				s[i], _ = normals[float32](rng, n)
				for _, r := range c.root {
					if r == i {
						Mul(s[i], s[i], s[i])
					}
				}
			}
			for b.Loop() {
				c.run(s, k)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
		})
	}
}

// BenchmarkRows does so for sums and losses of a batch of 128 with 10 classes.
func BenchmarkRows(b *testing.B) {
	const rows, cols = 128, 10
	rng := rand.New(rand.NewPCG(14, 1))
	x, _ := normals[float32](rng, rows*256)
	p, v := make([]float32, rows*cols), make([]float32, rows)
	sum, wide := make([]float32, rows), make([]float32, 256)
	b.Run("exp", func(b *testing.B) {
		for b.Loop() {
			ExpRows(p, x, v, sum, cols)
		}
	})
	b.Run("scale", func(b *testing.B) {
		for b.Loop() {
			ScaleRows(p, x, v, cols)
		}
	})
	b.Run("column sums of 128x256", func(b *testing.B) {
		for b.Loop() {
			ColumnSums(wide, x)
		}
	})
}
