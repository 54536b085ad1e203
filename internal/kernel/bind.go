package kernel

import "unsafe"

// once plans a product in memory that is used again, and computes it.
func (e *engine[T]) once(p *product[T]) {
	s := takeScratch()
	to := planOf[T](s)
	to.rows = (*T)(unsafe.Pointer(&s.rows))
	e.lay(to, p, 1, 0)
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
	to := c.to
	if to == nil {
		to = (*T)(unsafe.Add(unsafe.Pointer(memory), c.atB))
	}
	c.run(c.k, c.n, c.b, c.ldb, to, c.step)
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
		return e.bindShared(pool, p, sharedGrain)
	}
	to := new(plan[T])
	e.lay(to, p, 1, 0)
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
				c.run(c.k, c.n, c.b, c.ldb, b, c.step)
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
const sharedWork, sharedGrain = 1 << 20, 1 << 17

// bindShared is bind for a product that a pool computes in pieces of at least
// least multiply-adds.
func (e *engine[T]) bindShared(pool *Pool, p *product[T], least int) func() {
	if e.flips(p) {
		return e.bindFlipped(pool, p, least)
	}
	if panels := p.n / (2 * e.lanes); e.panelwise(p) && p.k > 0 && panels >= 4*pool.Threads() {
		return e.bindPanels(pool, p, panels)
	}
	to := new(plan[T])
	e.lay(to, p, pool.Threads(), least)
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

// bindPanels is bindShared for a product whose b is copied panel by panel: each
// piece is a product of some columns, with memory of its own for the copies.
func (e *engine[T]) bindPanels(pool *Pool, p *product[T], panels int) func() {
	var plans []*plan[T]
	wide := max(1, panels/(8*pool.Threads()))
	for j := 0; j < p.n; {
		part := *p
		part.n = min(wide*2*e.lanes, p.n-j)
		part.b, part.c = p.b[j*p.ldb:], p.c[j:]
		if p.init != nil {
			part.init = p.init[j:]
		}
		to := new(plan[T])
		e.lay(to, &part, 1, 0)
		plans = append(plans, to)
		j += part.n
	}
	space := (plans[0].space + 63) &^ 63 // the others take no more
	var memory unsafe.Pointer
	// As many at a time as there is memory for.
	together := packBytes / space
	first := 0
	each := func(piece int) {
		plans[first+piece].compute((*T)(unsafe.Add(memory, piece*space)))
	}
	return func() {
		s := takeScratch()
		memory = unsafe.Pointer(&s.bytes)
		for first = 0; first < len(plans); first += together {
			pool.Each(min(together, len(plans)-first), each)
		}
		memory = nil
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
