package kernel

import "unsafe"

// once plans a product in memory that is used again, and computes it.
func (e *engine[T]) once(p *product[T]) {
	s := takeScratch()
	to := planOf[T](s)
	e.lay(to, p, longest)
	to.compute((*T)(unsafe.Pointer(&s.bytes)))
	// The memory must not keep operands alive.
	clear(to.sheets)
	clear(to.copies)
	*to = plan[T]{stages: to.stages[:0], sheets: to.sheets[:0], copies: to.copies[:0]}
	giveScratch(s)
}

// compute computes the product on one core. memory is for the copy of b.
func (p *plan[T]) compute(memory *T) {
	b := p.b
	if p.space > 0 {
		b = memory
	}
	copies, sheets := 0, 0
	for _, s := range p.stages {
		for ; copies < s.copies; copies++ {
			p.copies[copies].make(memory)
		}
		for ; sheets < s.sheets; sheets++ {
			p.sheets[sheets].compute(b)
		}
	}
}

func (c *copyJob[T]) make(memory *T) {
	c.run(c.k, c.n, c.b, c.ldb, (*T)(unsafe.Add(unsafe.Pointer(memory), c.atB)))
}

func (s *sheet[T]) compute(b *T) {
	s.run(s, (*T)(unsafe.Add(unsafe.Pointer(b), s.atB)))
}

// Small copies of b have memory of their own in a bound product, which is faster
// than finding some and costs little.
const ownBytes = 16 << 10

// bind plans a product and returns a function that computes it.
func (e *engine[T]) bind(pool *Pool, p *product[T]) func() {
	if pool != nil && p.m*p.n*p.k >= sharedWork {
		return e.bindShared(pool, p, grainOf(pool, p))
	}
	to := new(plan[T])
	e.lay(to, p, longest)
	if to.space > ownBytes {
		return func() {
			s := takeScratch()
			to.compute((*T)(unsafe.Pointer(&s.bytes)))
			giveScratch(s)
		}
	}
	b := to.b
	if to.space > 0 {
		b = aligned[T](to.space)
	}
	if len(to.stages) > 1 {
		return func() { to.compute(b) }
	}
	sheets, copies := to.sheets, to.copies
	if len(sheets) == 1 {
		s := &sheets[0]
		b := (*T)(unsafe.Add(unsafe.Pointer(b), s.atB))
		if len(copies) == 0 {
			return func() { s.run(s, b) }
		}
		if len(copies) == 1 {
			c := &copies[0]
			return func() {
				c.run(c.k, c.n, c.b, c.ldb, b)
				s.run(s, b)
			}
		}
	}
	return func() {
		for i := range copies {
			copies[i].make(b)
		}
		for i := range sheets {
			sheets[i].compute(b)
		}
	}
}

// Products of fewer multiply-adds are not worth sharing, and pieces should have
// so many at least.
const sharedWork, sharedGrain = 1_500_000, 1 << 17

func grainOf[T Float](pool *Pool, p *product[T]) int {
	return max(sharedGrain, p.m*p.n*p.k/(8*pool.Threads()))
}

// bindShared is bind for a product that a pool computes in pieces of grain
// multiply-adds.
func (e *engine[T]) bindShared(pool *Pool, p *product[T], grain int) func() {
	to := new(plan[T])
	e.lay(to, p, grain)
	b := to.b // or the copy, during a call
	type part struct {
		copies, sheets int
		copy, compute  func(piece int)
	}
	parts := make([]part, len(to.stages))
	last := stage{}
	for i, s := range to.stages {
		copies, sheets := to.copies[last.copies:s.copies], to.sheets[last.sheets:s.sheets]
		parts[i] = part{
			len(copies), len(sheets),
			func(piece int) { copies[piece].make(b) },
			func(piece int) { sheets[piece].compute(b) },
		}
		last = s
	}
	run := func() {
		for i := range parts {
			p := &parts[i]
			pool.Each(p.copies, p.copy)
			pool.Each(p.sheets, p.compute)
		}
	}
	if to.space == 0 {
		return run
	}
	return func() {
		s := takeScratch()
		b = (*T)(unsafe.Pointer(&s.bytes))
		run()
		b = nil
		giveScratch(s)
	}
}

// bindPortable does without a plan. A pool shares the rows.
func (p *product[T]) bindPortable(pool *Pool) func() {
	if pool == nil || p.m*p.n*p.k < sharedWork || p.m < 2*tileRows {
		return p.portable
	}
	var parts []product[T]
	for i := 0; i < p.m; i += tileRows {
		part := *p
		part.m = min(tileRows, p.m-i)
		part.c = p.c[i*p.ldc:]
		if p.init != nil {
			part.init = p.init[i*p.ldi:]
		}
		if p.transA {
			part.a = p.a[i:]
		} else {
			part.a = p.a[i*p.lda:]
		}
		parts = append(parts, part)
	}
	each := func(piece int) { parts[piece].portable() }
	return func() { pool.Each(len(parts), each) }
}
