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

// SoftmaxRows is e^x_j / Σ e^x over each row. top and sum are as in ExpRows.
func SoftmaxRows[T Float](to, x, top, sum []T, columns int) {
	ExpRows(to, x, top, sum, columns)
	for i, s := range sum[:len(top)] {
		row := to[i*columns : (i+1)*columns]
		Scale(row, row, 1/s)
	}
}

// ClassLoss is softmax and the cross-entropy with classes, row by row:
//
//	p = softmax(x),  loss_i = log Σ_j e^x_ij − x_iy,  y = class_i
//
// class holds indexes. A negative one has loss 0; one that is not below columns
// has loss NaN. sum is memory for one number a row.
func ClassLoss[T Float](loss, p, x, class, sum []T, columns int) {
	SoftmaxRows(p, x, loss, sum, columns) // loss holds the tops
	for i, y := range class[:len(loss)] {
		switch {
		case y < 0:
			loss[i] = 0
		case y < T(columns):
			// The large numbers cancel first.
			loss[i] = T(math.Log(float64(sum[i])) - (float64(x[i*columns+int(y)]) - float64(loss[i])))
		default:
			loss[i] = T(math.NaN())
		}
	}
}

// ClassSlope is the gradient of Σ_i scale_i·loss_i of ClassLoss by x:
//
//	to_ij = scale_i·(p_ij − [j = y])
//
// A row with a negative class or with scale 0 is 0, one with a class that does
// not exist NaN. to may be p.
func ClassSlope[T Float](to, p, class, scale []T, columns int) {
	for i, y := range class {
		row := to[i*columns : (i+1)*columns]
		s := scale[i]
		switch {
		case y < 0 || s == 0:
			clear(row)
			continue
		case !(y < T(columns)):
			s = T(math.NaN())
		}
		from := p[i*columns : (i+1)*columns]
		right := T(0)
		if y < T(columns) {
			right = s * (from[int(y)] - 1)
		}
		Scale(row, from, s)
		if y < T(columns) {
			row[int(y)] = right
		}
	}
}
