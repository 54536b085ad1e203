package op

// Divisor says what a loss divides by. It is a part of the op and not a node
// behind it: the numbers stay of the size of the mean, in float32 too, and what
// is left out of the sum is left out of the count by the same code.
type Divisor int

const (
	ByOne    Divisor = iota // nothing: the sum, or the elements themselves
	ByCount                 // the number of elements or rows
	ByWeight                // the sum of the weights, which is the number of rows when there are none
)
