package kernel

import "unsafe"

// flips reports whether to compute the transpose of a product, cᵀ = b·aᵀ, with b
// read where it is, and to transpose that: the sums are the same. It pays if a and
// c have fewer elements to be moved than b, and if their vectors are full.
func (e *engine[T]) flips(p *product[T]) bool {
	if p.transA || !p.transB || p.init != nil || p.k == 0 || e.spaceOfA(p) > packBytes {
		return false
	}
	const move = 4 // multiply-adds that take as long as moving an element
	empty := -p.m & (e.lanes - 1)
	return move*p.m*(p.n+p.k)+empty*p.n*p.k < 3*move/4*p.n*p.k
}

// spaceOfA is what the copy of aᵀ takes.
func (e *engine[T]) spaceOfA(p *product[T]) int {
	return (p.m + e.lanes - 1) / e.lanes * (p.k + 1) * e.lanes * int(unsafe.Sizeof(T(0)))
}

// layFlipped plans a product that flips.
func (e *engine[T]) layFlipped(to *plan[T], p *product[T]) {
	e.layCopyOfA(to, p, longest)
	e.layColumns(to, p, 0, p.n)
}

// layCopyOfA plans the copy of aᵀ, all of it.
func (e *engine[T]) layCopyOfA(to *plan[T], p *product[T], grain int) {
	to.space = e.spaceOfA(p)
	e.layCopies(to, true, view(p.a, p.lda, true), p.k, p.m, to.space/((p.m+e.lanes-1)/e.lanes), grain)
}

// layColumns plans so many columns of a product that flips, whose copy of aᵀ is
// there: some rows of cᵀ at a time, which are transposed while they are in the
// first-level cache.
func (e *engine[T]) layColumns(to *plan[T], p *product[T], from, n int) {
	const rowsBytes = 16 << 10
	a, c := view(p.b, p.ldb, false).from(from, 0), view(p.c, p.ldc, false).from(0, from)
	size := int(unsafe.Sizeof(T(0)))
	vector, between := e.lanes*size, (p.k+1)*e.lanes*size
	ld := (p.m*size+63)&^63 + 64
	whole := e.wholeRows()
	high := max(1, rowsBytes/ld/whole) * whole
	if to.rows == nil {
		to.rows = aligned[T](min(high, n) * ld)
	}
	parts := (p.k + e.depth - 1) / e.depth
	step := (p.k + parts - 1) / parts
	for i := 0; i < n; i += high {
		rows := min(high, n-i)
		for l := 0; l < p.k; l += step {
			s := sheet[T]{
				k: min(step, p.k-l), a: a.at(i, l), rsa: a.row, csa: a.col, ldb: vector, atB: l * vector,
				c: to.rows, ldc: ld, far: parts == 1 && p.n*p.k*size > farBytes,
			}
			if l > 0 {
				s.init, s.ldi = s.c, s.ldc
			}
			if l+step >= p.k {
				s.relu = int(p.then)
			}
			e.laySheets(to, s, rows, p.m, between, longest)
			to.stages = append(to.stages, stage{len(to.copies), len(to.sheets)})
		}
		to.copies = append(to.copies, copyJob[T]{run: e.flip, k: p.m, n: rows, b: to.rows, ldb: ld, to: c.at(0, i), step: c.row})
	}
	to.stages = append(to.stages, stage{len(to.copies), len(to.sheets)})
}

// wholeRows is a number of rows that are whole vectors, and whole strips of 12 or
// 6.
func (e *engine[T]) wholeRows() int { return 3 * e.lanes }

// bindFlipped is bindShared for a product that flips: each piece is some columns,
// with memory of its own for their transpose.
func (e *engine[T]) bindFlipped(pool *Pool, p *product[T], least int) func() {
	grain := max(least, p.m*p.n*p.k/(8*pool.Threads()))
	a := new(plan[T])
	e.layCopyOfA(a, p, grain)
	var pieces []*plan[T]
	whole := e.wholeRows()
	wide := (grain/(p.m*p.k) + whole) / whole * whole
	for j := 0; j < p.n; j += wide {
		piece := &plan[T]{space: a.space}
		e.layColumns(piece, p, j, min(wide, p.n-j))
		pieces = append(pieces, piece)
	}
	var memory *T
	copies := func(i int) { a.copies[i].make(memory) }
	compute := func(i int) { pieces[i].compute(memory) }
	return func() {
		s := takeScratch()
		memory = (*T)(unsafe.Pointer(&s.bytes))
		pool.Each(len(a.copies), copies)
		pool.Each(len(pieces), compute)
		memory = nil
		giveScratch(s)
	}
}
