package kernel

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestEach checks that every piece is done once, with several goroutines at one
// pool.
func TestEach(t *testing.T) {
	for threads := 1; threads <= 4; threads++ {
		p := NewPool(threads)
		if p.Threads() != threads {
			t.Errorf("%d threads, want %d", p.Threads(), threads)
		}
		var users sync.WaitGroup
		for range 2 {
			users.Go(func() {
				for n := range 200 {
					times := make([]int, n)
					p.Each(n, func(piece int) { times[piece]++ })
					for piece, got := range times {
						if got != 1 {
							t.Errorf("%d threads: piece %d of %d was done %d times", threads, piece, n, got)
							return
						}
					}
				}
			})
		}
		users.Wait()
	}
}

func TestRanges(t *testing.T) {
	for _, p := range []*Pool{nil, NewPool(2)} {
		for _, n := range []int{0, 1, 10, 99, 1000} {
			times := make([]int, n)
			p.Ranges(n, 10, func(from, to int) {
				for i := from; i < to; i++ {
					times[i]++
				}
			})()
			if slices.ContainsFunc(times, func(x int) bool { return x != 1 }) {
				t.Errorf("%d threads: elements of %d were done %v times", p.Threads(), n, times)
			}
		}
	}
}

func testShared[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(22, 1))
	pools := []*Pool{NewPool(2), NewPool(3)}
	for trial := range 150 {
		m, n, k := 1+rng.IntN(70), 1+rng.IntN(70), rng.IntN(70)
		grain := 1 + rng.IntN(20000)
		if trial%10 == 0 { // enough to be shared by itself, by rows or by columns
			m, k = 2+rng.IntN(200), 100+rng.IntN(800)
			n = sharedWork/(m*k) + 1 + rng.IntN(50)
			grain = 0
		}
		if trial%10 == 5 { // without a bias, some of these flip
			m, n, k = 16*(1+rng.IntN(3)), 100+rng.IntN(700), 100+rng.IntN(100)
		}
		ta, tb, then := rng.IntN(2) == 0, rng.IntN(2) == 0, Epilogue(rng.IntN(2))
		a, _ := guarded[T](rng, m*k)
		b, _ := guarded[T](rng, k*n)
		bias, _ := guarded[T](rng, n)
		if trial%10 == 5 {
			bias = nil
		}
		want := make([]T, m*n)
		BindGemm(nil, then, ta, tb, m, n, k, a, b, bias, want)()
		for _, pool := range pools {
			pool.resumes = time.Time{} // with helpers, even on a busy machine
			c := make([]T, m*n)
			run := BindGemm(pool, then, ta, tb, m, n, k, a, b, bias, c)
			if e := engineOf[T](); e != nil && grain > 0 {
				p := dense(then, ta, tb, m, n, k, a, b, bias, c)
				run = e.bindShared(pool, &p, grain)
			}
			for range 2 {
				clear(c)
				run()
				if i := slices.Compare(c, want); i != 0 {
					t.Fatalf("%v %v %v %dx%dx%d in pieces of %d differs with %d threads", then, ta, tb, m, n, k, grain, pool.Threads())
				}
			}
		}
	}
}

// TestShared checks that products are the same bits for any number of threads.
func TestShared(t *testing.T) {
	for procs := 1; procs <= 2; procs++ {
		t.Run(fmt.Sprint("GOMAXPROCS=", procs), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
			everyType(t, testShared[float32], testShared[float64])
		})
	}
}

// bound returns products of all kinds of ways through BindGemm.
func bound(pool *Pool) []func() {
	rng := rand.New(rand.NewPCG(23, 1))
	var all []func()
	for _, s := range []shape{{m: 4, n: 8, k: 2}, {m: 32, n: 64, k: 32}, {m: 128, n: 256, k: 784}, {m: 64, n: 300, k: 900}} {
		for _, trans := range [][2]bool{{false, false}, {true, false}, {false, true}} {
			a, _ := normals[float32](rng, s.m*s.k)
			b, _ := normals[float32](rng, s.k*s.n)
			all = append(all, BindGemm(pool, ReLU, trans[0], trans[1], s.m, s.n, s.k, a, b, nil, make([]float32, s.m*s.n)))
		}
	}
	return all
}

func TestBindAllocatesNothing(t *testing.T) {
	everyLevel(t, func(t *testing.T) {
		for _, pool := range []*Pool{nil, NewPool(2)} {
			for i, run := range bound(pool) {
				if n := testing.AllocsPerRun(2, run); n != 0 {
					t.Errorf("%d threads, product %d: %v allocations a call, want 0", pool.Threads(), i, n)
				}
			}
		}
	})
}

// TestHelpersEnd checks that a pool leaves no goroutine behind, and starts again.
func TestHelpersEnd(t *testing.T) {
	before := runtime.NumGoroutine()
	p := NewPool(3)
	var together atomic.Int32
	for range 5 {
		p.resumes = time.Time{}
		p.Each(2, func(int) {
			together.Add(1)
			for start := time.Now(); together.Load()%2 == 1 && time.Since(start) < time.Second; {
				runtime.Gosched()
			}
		})
		deadline := time.Now().Add(5 * time.Second)
		for runtime.NumGoroutine() > before || p.live.Load() > 0 {
			if time.Now().After(deadline) {
				t.Fatalf("%d goroutines after a job, %d before", runtime.NumGoroutine(), before)
			}
			time.Sleep(time.Millisecond)
		}
	}
	if together.Load() != 10 {
		t.Errorf("%d pieces done, want 10", together.Load())
	}
}

// TestStall checks that a pool goes on alone when a helper keeps it waiting.
func TestStall(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("needs two CPUs")
	}
	p := NewPool(2)
	for range 100 { // until the helper is the slow one
		var claimed atomic.Int32
		p.Each(2, func(piece int) {
			claimed.Add(1)
			for start := time.Now(); claimed.Load() < 2 && time.Since(start) < time.Second; {
				runtime.Gosched()
			}
			if piece == 1 { // most likely the helper's
				time.Sleep(3 * time.Millisecond)
			}
		})
		if p.stalls > 0 {
			break
		}
	}
	if p.stalls == 0 {
		t.Fatal("no helper was ever slow")
	}
	alone := 0 // the race detector would see a helper here
	for range 10 {
		p.Each(8, func(int) { alone++ })
	}
	if alone != 80 {
		t.Errorf("%d pieces done, want 80", alone)
	}
	if p.alone < longer*2*time.Millisecond || p.alone > longAway {
		t.Errorf("alone for %v after a stall of about 3 ms", p.alone)
	}
}

// TestHelpersAllocateNothing checks that starting a helper again and again costs
// no memory. (testing.AllocsPerRun would leave it no CPU.)
func TestHelpersAllocateNothing(t *testing.T) {
	if runtime.GOMAXPROCS(0) < 2 {
		t.Skip("needs two CPUs")
	}
	p := NewPool(2)
	started := 0
	do := func(int) {}
	rounds := func(n int) {
		for range n {
			p.resumes = time.Time{}
			p.Each(8, do)
			if p.live.Load() > 0 {
				started++
			}
			for p.live.Load() > 0 {
				runtime.Gosched()
			}
		}
	}
	rounds(50) // goroutines that have ended are used again
	var before, after runtime.MemStats
	started = 0
	runtime.ReadMemStats(&before)
	rounds(200)
	runtime.ReadMemStats(&after)
	if n := after.Mallocs - before.Mallocs; started < 100 || n > 20 {
		t.Errorf("%d helpers started, %d allocations, want 200 and almost none", started, n)
	}
}
