package kernel

// Convert fills to with the numbers of x, which has at least as many, each rounded
// to T.
func Convert[T Float](to []T, x []float64) {
	n := len(to)
	if n == 0 || tryConvert(n, first(to, n), &x[:n][0]) {
		return
	}
	for i, v := range x[:n] {
		to[i] = T(v)
	}
}

// ConvertBytes fills to with scale·x, multiplied in float64 and rounded to T; x
// has at least as many elements.
func ConvertBytes[T Float](to []T, x []uint8, scale float64) {
	n := len(to)
	if n == 0 || tryConvertBytes(n, first(to, n), &x[:n][0], &scale) {
		return
	}
	for i, v := range x[:n] {
		to[i] = T(float64(v) * scale)
	}
}
