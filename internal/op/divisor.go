package op

// Divisor says what a loss divides by.
type Divisor int

const (
	ByOne    Divisor = iota // nothing: the sum, or the elements themselves
	ByCount                 // the number of elements or rows
	ByWeight                // the sum of the weights, which is the number of rows when there are none
)
