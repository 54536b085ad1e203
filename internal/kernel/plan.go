package kernel

import "unsafe"

// sheet is a part of a product that one call of a kernel computes, block by block:
// so many strips, of the rows of a block, each cut into so many panels, the columns
// of one or two vectors. All distances are in bytes. Kernels know the order of the
// fields; see sheetFields in gen/gemm.go.
type sheet[T Float] struct {
	k                    int
	a                    *T
	rsa, csa, stripA     int // to the next row and column of op(a), to the next strip
	ldb, second, panelB  int // to the next row, the second vector and the next panel of op(b)
	init                 *T  // nil for zero
	ldi                  int // 0 if all rows start from the same one
	stripInit, panelInit int
	c                    *T
	ldc, stripC          int
	strips, panels       int
	tail                 int // columns in the last vector
	relu                 int // whether to store max(c, 0)
	ahead, aheadStep     int // from a strip to what is fetched ahead, and what each k adds to that

	// What the driver knows besides.
	far bool // whether to fetch ahead
	run func(s *sheet[T], b *T)
	atB int // bytes from the beginning of b, or of its copy, to this part
}

// plan is a product in stages.
type plan[T Float] struct {
	stages []stage
	sheets []sheet[T] // of all stages
	copies []copyJob[T]
	b      *T  // where b begins if it is read in place
	rows   *T  // memory for rows of a, if they are copied
	space  int // bytes for the copy of the largest part of b; 0 if it is read in place
}

// stage is a part of the plan whose copies can be made in any order, and then its
// sheets be computed in any order. The next stage needs them all.
type stage struct {
	copies, sheets int // where those of this stage end in the lists of the plan
}

// copyJob is a copy of a part of op(b), or of rows of op(a).
type copyJob[T Float] struct {
	run  func(k, n int, b *T, ldb int, to *T, step int)
	k, n int
	b    *T
	ldb  int
	atB  int
	to   *T  // nil for the memory of a call
	step int // from vector to vector of the copy
}

// What decides about copies; measured, as all below.
const (
	packRows, packSize = 64, 1 << 18 // rows of c and elements of b from which on b is copied
	badStride          = 4096        // rows so far apart all fall on the same few lines of caches
	fewRows            = 12          // so many rows do not: a first-level cache has room for them
	nearBytes          = 256 << 10   // a quarter of a usual second-level cache
	panelBytes         = 16 << 10    // a third of a first-level cache
	farBytes           = 512 << 10   // half of a second-level cache
)

// A call of a kernel cannot be interrupted, not even by the garbage collector: it
// ends after about this many multiply-adds.
const longest = 1 << 24

// lay plans the product for so many threads: it goes through k in even parts of
// at most e.depth or e.shallow, and through the columns of c in parts whose copy
// of op(b) fits the buffer if b is copied. Sheets should have least multiply-adds.
func (e *engine[T]) lay(to *plan[T], p *product[T], threads, least int) {
	if e.flips(p) {
		e.layFlipped(to, p)
		return
	}
	a, b, init, c := view(p.a, p.lda, p.transA), view(p.b, p.ldb, p.transB), view(p.init, p.ldi, false), view(p.c, p.ldc, false)
	size, panel := int(unsafe.Sizeof(T(0))), 2*e.lanes
	vector := e.lanes * size
	if p.k == 0 { // nothing is read
		a, b, vector = operand[T]{}, operand[T]{}, 0
	}
	far, depth := p.m*p.k*size > farBytes, e.depth
	if far && p.transA {
		depth = e.shallow
	}
	parts := max(1, (p.k+depth-1)/depth)
	step := max(1, (p.k+parts-1)/parts)
	width := p.n
	packed := e.packs(p, b)
	if packed {
		room := packBytes
		if threads == 1 && e.panelwise(p) {
			room = panelBytes
		}
		width = min(p.n, max(1, room/((step+1)*vector)/2)*panel)
		to.space = (width + e.lanes - 1) / e.lanes * (step + 1) * vector
	}
	to.b = b.first
	for j := 0; j < p.n; j += width {
		cols := min(width, p.n-j)
		for l := 0; l == 0 || l < p.k; l += step {
			deep := min(step, p.k-l)
			grain := longest
			if threads > 1 {
				grain = max(least, p.m*cols*deep/(8*threads))
			}
			s := sheet[T]{
				k: deep, a: a.at(0, l), rsa: a.row, csa: a.col, relu: int(p.then),
				init: init.at(0, j), ldi: init.row, c: c.at(0, j), ldc: c.row,
				// Of a part of its rows, a strip is no range of memory.
				far: far && (p.transA || deep == p.k),
			}
			if l > 0 {
				s.init, s.ldi = s.c, s.ldc
			}
			if l+deep < p.k {
				s.relu = int(Linear)
			}
			between := vector // bytes from vector to vector of b
			if packed {
				between = (deep + 1) * vector // so that they are no power of two apart
				s.ldb = vector
				e.layCopies(to, p.transB, b.from(l, j), deep, cols, between, grain)
			} else {
				s.ldb = b.row
				s.atB = l*b.row + j*b.col
			}
			if e.strewn(a) && p.k >= fewRows {
				e.layStrips(to, s, p.m, cols, between, grain)
			} else {
				e.laySheets(to, s, p.m, cols, between, grain)
			}
			to.stages = append(to.stages, stage{len(to.copies), len(to.sheets)})
		}
	}
}

// packs reports whether b is to be copied: if its rows are not vectors, and if
// reading it in place, again for each strip, would take longer.
func (e *engine[T]) packs(p *product[T], b operand[T]) bool {
	switch {
	case p.k == 0:
		return false
	case p.transB, p.m >= packRows && p.k*p.n >= packSize:
		return true
	}
	return p.m >= 4*e.tallest() && p.k >= fewRows && b.row%badStride == 0
}

// panelwise reports whether the copy of b is to be made and used panel by panel,
// while it is in the first-level cache: if the part of a that each panel needs is
// near.
func (e *engine[T]) panelwise(p *product[T]) bool {
	return p.transB && p.m*min(p.k, e.depth)*int(unsafe.Sizeof(T(0))) <= nearBytes
}

// tallest is the height of the tallest block of two vectors.
func (e *engine[T]) tallest() int { return e.blocks[1][0].rows }

// strewn reports whether the elements of a row of a, which short blocks need again
// soon, drive each other out of the cache.
func (e *engine[T]) strewn(a operand[T]) bool { return a.col%badStride == 0 && e.tallest() < 12 }

// layStrips is laySheets with copies of the rows of a, a few strips at a time.
func (e *engine[T]) layStrips(to *plan[T], s sheet[T], m, n, vector, grain int) {
	const strips = 4
	size := int(unsafe.Sizeof(T(0)))
	high := strips * e.tallest()
	ld := (high + 2*e.lanes) * size
	if to.rows == nil {
		to.rows = aligned[T](e.depth * ld)
	}
	for i := 0; i < m; i += high {
		rows := min(high, m-i)
		part := s.shifted(e, i, 0, 0, 0)
		to.copies = append(to.copies, copyJob[T]{run: copyRows[T], k: s.k, n: rows, b: part.a, ldb: s.csa, to: to.rows, step: ld})
		to.stages = append(to.stages, stage{len(to.copies), len(to.sheets)})
		part.a, part.csa, part.far = to.rows, ld, false
		e.laySheets(to, part, rows, n, vector, grain)
		to.stages = append(to.stages, stage{len(to.copies), len(to.sheets)})
	}
}

// layCopies plans the copy of k rows and n columns.
func (e *engine[T]) layCopies(to *plan[T], trans bool, b operand[T], k, n, vector, grain int) {
	job := copyJob[T]{run: e.collect, k: k, ldb: b.row, step: vector}
	if trans {
		job.run, job.ldb = e.transpose, b.col
	}
	// Moving an element takes about as long as 16 multiply-adds.
	each := max(1, min(longest, grain)/16/(k*e.lanes)) * e.lanes
	for j := 0; j < n; j += each {
		job.n, job.b, job.atB = min(each, n-j), b.at(0, j), j/e.lanes*vector
		to.copies = append(to.copies, job)
	}
}

// laySheets plans m rows and n columns of c, of which s is the first sheet.
// Vectors of b lie so many bytes apart.
func (e *engine[T]) laySheets(to *plan[T], s sheet[T], m, n, vector, grain int) {
	pairs := n / (2 * e.lanes)
	rest := n - pairs*2*e.lanes
	tail := e.lanes
	if rest > e.lanes {
		pairs++
		tail, rest = rest-e.lanes, 0
	}
	if pairs > 0 {
		s.second, s.panelB, s.tail = vector, 2*vector, tail
		e.layBlocks(to, s, 1, m, pairs, grain)
	}
	if rest > 0 {
		s = s.shifted(e, 0, pairs, 2, 2*vector)
		s.second, s.panelB, s.tail = 0, vector, rest
		e.layBlocks(to, s, 0, m, 1, grain)
	}
}

// shifted is the sheet that begins so many rows and panels further on.
func (s sheet[T]) shifted(e *engine[T], rows, panels, vectors, panelB int) sheet[T] {
	wide := panels * vectors * e.lanes * int(unsafe.Sizeof(T(0)))
	if s.a != nil {
		s.a = (*T)(unsafe.Add(unsafe.Pointer(s.a), rows*s.rsa))
	}
	s.c = (*T)(unsafe.Add(unsafe.Pointer(s.c), rows*s.ldc+wide))
	if s.init != nil {
		s.init = (*T)(unsafe.Add(unsafe.Pointer(s.init), rows*s.ldi+wide))
	}
	s.atB += panels * panelB
	return s
}

// layBlocks covers m rows and so many panels by sheets with blocks of one height
// after the other. kind chooses blocks of one or two vectors.
func (e *engine[T]) layBlocks(to *plan[T], s sheet[T], kind, m, panels, grain int) {
	vectors := kind + 1
	for _, b := range e.blocks[kind] {
		if b.rows > fewRows && s.rsa%badStride == 0 {
			continue // the cache would lose rows before they are used up
		}
		strips := m / b.rows
		m -= strips * b.rows
		work := b.rows * vectors * e.lanes * max(1, s.k) // of a block
		wide := min(panels, max(1, grain/work))
		high := max(1, min(grain, longest)/(wide*work))
		for i := 0; i < strips; i += high {
			for j := 0; j < panels; j += wide {
				part := s.shifted(e, i*b.rows, j, vectors, s.panelB)
				part.run, part.strips, part.panels = b.run, min(high, strips-i), min(wide, panels-j)
				part.stripA, part.stripC, part.stripInit = b.rows*s.rsa, b.rows*s.ldc, b.rows*s.ldi
				if s.far {
					part.ahead, part.aheadStep = s.reach(b.rows)
				}
				if s.init != nil {
					part.panelInit = vectors * e.lanes * int(unsafe.Sizeof(T(0)))
				} else {
					part.stripInit = 0
				}
				if j+wide < panels {
					part.tail = e.lanes
				}
				to.sheets = append(to.sheets, part)
			}
		}
		if m == 0 { // no row is left to point to
			return
		}
		s = s.shifted(e, strips*b.rows, 0, vectors, 0)
	}
}

// reach returns where strips of so many rows fetch ahead, see sheet.ahead: while
// one passes through k, it touches all lines of the next. The processor does not
// foresee them by itself where each k begins a new page.
func (s *sheet[T]) reach(rows int) (ahead, step int) {
	if s.csa > s.rsa { // where the row of each k ends
		return (2*rows - 1) * s.rsa, s.csa
	}
	return rows * s.rsa, rows * s.rsa / s.k
}
