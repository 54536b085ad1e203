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

// bindPortable does without a plan.
func (p *product[T]) bindPortable(pool *Pool) func() { return p.portable }
