package kernel

import (
	"runtime"
	"sync/atomic"
	"time"
)

// Pool is the cores that share a large job. A nil *Pool is one core.
//
// The pieces of a job are claimed one by one by the caller and its helpers, so
// that a helper without a CPU delays nothing that it has not claimed. Helpers
// are goroutines that end when they find no work for a moment: a pool needs no
// closing.
//
// One job runs at a time. If several goroutines use a pool, those that find it
// busy work alone.
type Pool struct {
	helpers int32
	help    func() // method value of run
	live    atomic.Int32

	busy  atomic.Bool
	state atomic.Uint64 // job number, next piece, pieces; see the shifts below
	done  atomic.Int32
	do    func(piece int)
	job   uint64

	// Where a helper has lost its CPU in the middle of a piece, all would wait for
	// it. The caller then works alone for a while, longer if it happens again.
	alone   time.Duration // how long
	resumes time.Time     // zero if it has helpers
	resumed time.Time
	stalls  int
}

const (
	pieceBits = 20
	pieceMask = 1<<pieceBits - 1

	patience = 40 * time.Microsecond  // for which a helper waits for work
	stalled  = 100 * time.Microsecond // after which a helper must have lost its CPU
	longer   = 16                     // times what a stall took is how long to work alone
	longAway = time.Second            // at most
)

// NewPool returns a pool of so many threads, the caller's being one of them; nil
// if threads is at most 1. Go runs no more of them at a time than GOMAXPROCS.
func NewPool(threads int) *Pool {
	if threads <= 1 {
		return nil
	}
	p := &Pool{helpers: int32(threads - 1)}
	p.help = p.run
	return p
}

// Threads returns the number of threads, 1 for nil.
func (p *Pool) Threads() int {
	if p == nil {
		return 1
	}
	return 1 + int(p.helpers)
}

// Each calls do with 0, 1, … n−1, in any order and on all threads, and returns
// when all calls have. They must not depend on each other, nor panic. It allocates
// nothing if do is a function value that exists already.
func (p *Pool) Each(n int, do func(piece int)) {
	if p == nil || n < 2 || n > pieceMask || !p.busy.CompareAndSwap(false, true) {
		for i := range n {
			do(i)
		}
		return
	}
	defer p.busy.Store(false)
	if !p.resumes.IsZero() {
		if time.Now().Before(p.resumes) {
			for i := range n {
				do(i)
			}
			return
		}
		p.resumed, p.resumes = p.resumes, time.Time{}
	}
	p.do = do
	p.done.Store(0)
	p.job++
	p.state.Store(p.job<<(2*pieceBits) | uint64(n))
	if p.live.Load() < p.helpers {
		p.start(n)
	}
	for p.claim() {
	}
	if p.done.Load() != int32(n) {
		p.wait(int32(n))
	}
}

// Ranges returns a function that calls do for parts of 0 … n which together are
// the whole, each of about grain or, if there are too many, of more. It allocates
// nothing.
func (p *Pool) Ranges(n, grain int, do func(from, to int)) func() {
	pieces := min(n/max(1, grain), 8*p.Threads())
	if p == nil || pieces < 2 {
		return func() { do(0, n) }
	}
	each := func(piece int) { do(piece*n/pieces, (piece+1)*n/pieces) }
	return func() { p.Each(pieces, each) }
}

// start starts the helpers that are missing, where there is a CPU for them.
func (p *Pool) start(n int) {
	wanted := min(p.helpers, int32(runtime.GOMAXPROCS(0)-1), int32(n-1))
	for live := p.live.Load(); live < wanted; live = p.live.Load() {
		if p.live.CompareAndSwap(live, live+1) {
			go p.help()
		}
	}
}

// claim does one piece. It returns false if there is none.
func (p *Pool) claim() bool {
	for {
		s := p.state.Load()
		next, n := s>>pieceBits&pieceMask, s&pieceMask
		if next >= n {
			return false
		}
		if p.state.CompareAndSwap(s, s+1<<pieceBits) {
			// The job cannot end before this piece: p.do is its function.
			p.do(int(next))
			p.done.Add(1)
			return true
		}
	}
}

// left reports whether there is a piece to claim.
func (p *Pool) left() bool {
	s := p.state.Load()
	return s>>pieceBits&pieceMask < s&pieceMask
}

// run is a helper.
func (p *Pool) run() {
	for {
		for idle := time.Now(); time.Since(idle) < patience; {
			for range 16 {
				for p.claim() {
					idle = time.Now()
				}
				pause()
			}
		}
		live := p.live.Add(-1)
		// A job that began before this line has not started another helper.
		if !p.left() || live >= p.helpers || !p.live.CompareAndSwap(live, live+1) {
			return
		}
	}
}

// wait returns when all n pieces are done.
func (p *Pool) wait(n int32) {
	began := time.Now()
	for time.Since(began) < stalled {
		for range 16 {
			if p.done.Load() == n {
				return
			}
			pause()
		}
	}
	// Sleeping may give the helper the CPU that this thread is on.
	for p.done.Load() != n {
		time.Sleep(stalled / 2)
	}
	now := time.Now()
	if now.Sub(p.resumed) > 4*p.alone {
		p.alone = 0 // it went well for long
	}
	p.alone = min(max(2*p.alone, longer*now.Sub(began)), longAway)
	p.resumes = now.Add(p.alone)
	p.stalls++
}
