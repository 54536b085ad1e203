package losses

import (
	"math"

	"nabla/internal/names"
	"nabla/internal/op"
)

// Input says what a loss takes for the output of a network.
type Input int

const (
	Any              Input = iota // numbers without a further meaning
	Logits                        // z, of which softmax or sigmoid makes probabilities; the loss does that itself
	Probabilities                 // from 0 to 1; for classes they add up to 1
	LogProbabilities              // their logarithms, as log-softmax and log-sigmoid give them
	LogMeans                      // logarithms of the expected counts
)

var inputs = []string{"any numbers", "logits", "probabilities", "log-probabilities", "logarithms of means"}

// String returns words for people: "log-probabilities".
func (i Input) String() string { return word(inputs, int(i)) }

// Encoding says how targets are given to a loss.
type Encoding int

const (
	Values    Encoding = iota // numbers in the shape of the prediction; for classes one-hot rows, or 0 and 1 in a column
	Index                     // the number of the class, one per row, from 0; one-hot and soft rows serve as well
	PlusMinus                 // −1 and +1
)

var encodings = []string{"values", "class index", "-1 or +1"}

// String returns words for people: "class index".
func (e Encoding) String() string { return word(encodings, int(e)) }

// Reduction says how Build makes one number of many losses.
type Reduction int

const (
	// Mean divides by the sum of the sample weights, or by the number of rows
	// (elements) when there are none. A row with a class index counts as often
	// as its class weight says, as in PyTorch.
	Mean Reduction = iota
	// MeanOverCount divides by the number of rows (elements), whatever they weigh.
	MeanOverCount
	// Sum does not divide.
	Sum
)

var reductions = []struct {
	name    string
	divisor op.Divisor
}{{"mean", op.ByWeight}, {"mean-over-count", op.ByCount}, {"sum", op.ByOne}}

// String returns the name: "mean-over-count".
func (r Reduction) String() string {
	if r < 0 || int(r) >= len(reductions) {
		return "unknown"
	}
	return reductions[r].name
}

func word(list []string, i int) string {
	if i < 0 || i >= len(list) {
		return "unknown"
	}
	return list[i]
}

// Link turns the output of a network into what people read. The zero value
// leaves it as it is.
type Link struct {
	Name string
	// Apply changes row-major rows of cols numbers in place; nil changes nothing.
	Apply func(x []float64, cols int)
}

// The links of the losses.
var (
	Identity = Link{"identity", nil}
	Softmax  = Link{"softmax", softmax}
	Sigmoid  = Link{"sigmoid", elementwise(op.Logistic)}
	Exp      = Link{"exp", elementwise(math.Exp)}
)

var links = []Link{Identity, Softmax, Sigmoid, Exp}

// LinkByName returns a link. Its error names the nearest one and lists them all.
func LinkByName(name string) (Link, error) {
	return names.Find("losses", "link", name, links, Link.String)
}

// String returns the name.
func (l Link) String() string {
	if l.Name == "" && l.Apply == nil {
		return Identity.Name
	}
	return l.Name
}

// MarshalText implements encoding.TextMarshaler: the name.
func (l Link) MarshalText() ([]byte, error) {
	if _, err := LinkByName(l.String()); err != nil {
		return nil, err
	}
	return []byte(l.String()), nil
}

// UnmarshalText implements encoding.TextUnmarshaler by LinkByName.
func (l *Link) UnmarshalText(text []byte) (err error) {
	*l, err = LinkByName(string(text))
	return err
}

func elementwise(f func(float64) float64) func(x []float64, cols int) {
	return func(x []float64, _ int) {
		for i, v := range x {
			x[i] = f(v)
		}
	}
}

func softmax(x []float64, cols int) {
	for ; cols > 0 && len(x) >= cols; x = x[cols:] {
		top, sum := math.Inf(-1), 0.0
		for _, v := range x[:cols] {
			top = math.Max(top, v)
		}
		for i, v := range x[:cols] {
			x[i] = math.Exp(v - top)
			sum += x[i]
		}
		for i := range x[:cols] {
			x[i] /= sum
		}
	}
}
