package kernel

import "math"

// The functions of this file work on dense row-major matrices; the number of
// columns is given, or is the length of a row of results. Slices that are too
// short panic.

// ColumnSums adds the rows of x into to, which has one element for each column.
// Each sum runs from the first row to the last, in T.
func ColumnSums[T Float](to, x []T) {
	n := len(to)
	if n == 0 {
		return
	}
	rows := len(x) / n
	if rows > 0 && tryColumnSums(n, rows, first(to, n), first(x, rows*n)) {
		return
	}
	clear(to)
	for ; rows > 0; rows-- {
		for j, v := range x[:n] {
			to[j] += v
		}
		x = x[n:]
	}
}

// ExpRows replaces each row of x by e^(x − top), top being the largest of the
// row, and stores top and the sum of the row: what softmax, its logarithm and
// cross-entropies are made of. There are len(top) rows. A NaN or +Inf in a row,
// or nothing but −Inf, makes its sum NaN. to may be x.
func ExpRows[T Float](to, x, top, sum []T, columns int) {
	rows := len(top)
	if rows == 0 {
		return
	}
	if columns > 0 && tryExpRows(columns, rows, first(to, rows*columns), first(x, rows*columns), first(top, rows), first(sum, rows)) {
		return
	}
	for i := range rows {
		from, into := x[i*columns:(i+1)*columns], to[i*columns:(i+1)*columns]
		largest := math.Inf(-1)
		for _, v := range from {
			largest = math.Max(largest, float64(v))
		}
		total := 0.0
		for j, v := range from {
			e := math.Exp(float64(v) - largest)
			into[j] = T(e)
			total += e
		}
		top[i], sum[i] = T(largest), T(total)
	}
}

// ScaleRows is factor_i·x_ij. There are len(factor) rows; to may be x.
func ScaleRows[T Float](to, x, factor []T, columns int) {
	rows := len(factor)
	if rows == 0 || columns == 0 {
		return
	}
	if tryScaleRows(columns, rows, first(to, rows*columns), first(x, rows*columns), first(factor, rows)) {
		return
	}
	for i, f := range factor {
		into := to[i*columns : (i+1)*columns]
		for j, v := range x[i*columns : (i+1)*columns] {
			into[j] = f * v
		}
	}
}
