package kernel

// Axes is a view of a dense tensor as [Outer, Axis, Inner] and names the parts
// that a sum keeps. [rows, columns] are Axes{Dims: [3]int{1, rows, columns}}.
type Axes struct {
	Dims [3]int
	Keep [3]bool
}

// Size returns the number of elements that are kept.
func (a Axes) Size() int {
	size := 1
	for d, keep := range a.Keep {
		if keep {
			size *= a.Dims[d]
		}
	}
	return size
}

// Compact is the same view with parts of one element left out and neighbours that
// are kept alike joined, moved to the end: the column sums of [rows, columns, 1] are
// those of [1, rows, columns]. Sum and Spread are fast on compact views.
func (a Axes) Compact() Axes {
	c := Axes{Dims: [3]int{1, 1, 1}}
	at := 3
	for d := 2; d >= 0; d-- {
		switch {
		case a.Dims[d] == 1:
		case at < 3 && c.Keep[at] == a.Keep[d]:
			c.Dims[at] *= a.Dims[d]
		default:
			at--
			c.Dims[at], c.Keep[at] = a.Dims[d], a.Keep[d]
		}
	}
	return c
}

// strides returns by how much the index of the small tensor moves with each
// part of the large one: 0 where a part is summed over, so that all its elements
// meet in one place.
func (a Axes) strides() (s [3]int) {
	step := 1
	for d := 2; d >= 0; d-- {
		if a.Keep[d] {
			s[d] = step
			step *= a.Dims[d]
		}
	}
	return s
}

// Sum adds the elements of x into dst, which has Axes.Size elements: every part
// that is not kept is summed over. Sums over the inner part alone, or over
// everything, are Totals.
func Sum[T Float](dst, x []T, a Axes) {
	clear(dst)
	if a.Size() == 1 {
		dst[0] = T(Total(x))
		return
	}
	if a.Keep == [3]bool{2: true} {
		ColumnSums(dst, x[:a.Dims[0]*a.Dims[1]*a.Dims[2]])
		return
	}
	s := a.strides()
	for o := range a.Dims[0] {
		for c := range a.Dims[1] {
			row := x[:a.Dims[2]]
			x = x[a.Dims[2]:]
			at := o*s[0] + c*s[1]
			if s[2] == 0 {
				dst[at] += T(Total(row))
				continue
			}
			into := dst[at : at+len(row)]
			Add(into, into, row)
		}
	}
}

// Spread is the adjoint of Sum: it copies each element of x to all the places
// of dst that Sum would have added into it.
func Spread[T Float](dst, x []T, a Axes) {
	s := a.strides()
	for o := range a.Dims[0] {
		for c := range a.Dims[1] {
			row := dst[:a.Dims[2]]
			dst = dst[a.Dims[2]:]
			at := o*s[0] + c*s[1]
			if s[2] == 1 {
				copy(row, x[at:])
				continue
			}
			for i := range row {
				row[i] = x[at]
			}
		}
	}
}
