package kernel

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

// peakOfTwo is the multiply-add rate of two goroutines together.
func peakOfTwo[T Float]() float64 {
	return rate(func() int {
		const n = 100_000_000 // long enough to forget how long a start takes
		var other sync.WaitGroup
		other.Go(func() { FMA[T](n) })
		ops := FMA[T](n)
		other.Wait()
		return 2 * ops
	})
}

// TestTwoCores prints, with -v -rates, how much faster two threads compute products
// than one, beside the same ratio of the peaks: where that is below 1.8 the
// machine had no two cores to give, and the others mean nothing. It asserts
// nothing.
func TestTwoCores(t *testing.T) {
	if !*rates || ISA() == Generic {
		t.Skip("prints only, and needs a peak")
	}
	t.Run("float32", twoCores[float32])
	t.Run("float64", twoCores[float64])
}

func twoCores[T Float](t *testing.T) {
	pool := NewPool(2)
	for _, s := range shapes {
		if s.m*s.n*s.k < sharedWork/4 {
			continue
		}
		one, two := call[T](nil, s), call[T](pool, s)
		if s.m*s.n*s.k < sharedWork { // what sharing would give
			two = shared[T](pool, s)
		}
		times := 1 + 20_000_000/s.flops()
		speed := func(run func()) float64 {
			return rate(func() int {
				for range times {
					run()
				}
				return times * s.flops()
			})
		}
		var ratios []float64
		var bestTwo, bestOne, peakTwo, peakOne float64
		for range 9 {
			r, alone := speed(two), speed(one)
			ratios = append(ratios, r/alone)
			pool.resumes = time.Time{} // whatever a stall has taught it
			bestTwo, bestOne = max(bestTwo, r, speed(two)), max(bestOne, alone)
			peakTwo, peakOne = max(peakTwo, peakOfTwo[T]()), max(peakOne, rate(func() int { return FMA[T](8_000_000) }))
		}
		slices.Sort(ratios)
		t.Logf("%-23s %4.2f times one core (median); best %5.1f to %5.1f GFLOPS, %4.2f times; peaks %4.2f times", s.name, ratios[4],
			bestTwo/1e9, bestOne/1e9, bestTwo/bestOne, peakTwo/peakOne)
	}
	t.Logf("stalls: %d", pool.stalls)
}

// shared is a product that is shared whatever its size.
func shared[T Float](pool *Pool, s shape) func() {
	rng := rand.New(rand.NewPCG(7, 1))
	a, _ := normals[T](rng, s.m*s.k)
	b, _ := normals[T](rng, s.k*s.n)
	p := dense(Linear, s.ta, s.tb, s.m, s.n, s.k, a, b, nil, make([]T, s.m*s.n))
	return engineOf[T]().bindShared(pool, &p, sharedGrain)
}

// BenchmarkStream computes the three products of a layer 784-256 with a batch of
// 128 over and over, for what a busy machine does to it.
func BenchmarkStream(b *testing.B) {
	for threads := 1; threads <= 2; threads++ {
		b.Run(map[int]string{1: "one thread", 2: "two threads"}[threads], func(b *testing.B) {
			pool := NewPool(threads)
			var runs []func()
			for _, s := range shapes[:3] {
				runs = append(runs, call[float32](pool, s))
			}
			worst := time.Duration(0)
			for b.Loop() {
				start := time.Now()
				for _, run := range runs {
					run()
				}
				worst = max(worst, time.Since(start))
			}
			b.ReportMetric(float64(worst.Microseconds()), "µs-worst")
			if pool != nil {
				b.ReportMetric(float64(pool.stalls), "stalls")
			}
		})
	}
}
