package nn

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Fan counts the connections of a unit: In is what it sums over, Out is what it
// feeds. A dense layer of 4 inputs and 16 units has Fan{4, 16}, for its weight
// and for its bias. The form of He et al. that keeps the variance of gradients
// instead of activations ("fan_out" in PyTorch) is got with the two swapped.
type Fan struct{ In, Out int }

// Initializer draws the first values of a parameter. The zero value stands for
// the default of whoever is given it; by itself it is GlorotUniform.
//
// The gain makes up for what the activation behind the weight does to the
// variance: 1 for none, √2 for ReLU, √(2/(1+slope²)) for leaky ReLU, 5/3 for
// tanh, 3/4 for SELU. The layer hands the number in; 0 says that nothing is
// known. The Glorot and orthogonal initializers multiply by it (0 counts as 1),
// the He ones put it in the place of their √2 (0 counts as √2, 1 is 1), all
// others ignore it.
type Initializer struct {
	Name      string // as ParseInitializer reads it: "he-normal", "normal:0,0.05"
	Formula   string // U(a, b) is uniform, N(μ, σ²) normal; fans are "in" and "out"
	Reference string // paper, author, year, or the framework that does it so

	// Draw fills w, row-major of the given shape; Fill checks its arguments
	// and calls it. A custom initializer is a Name and a Draw.
	Draw func(rng *rand.Rand, fan Fan, shape []int, gain float64, w []float64) error
}

// IsZero reports whether i is the zero value, for which a layer puts its own
// default.
func (i Initializer) IsZero() bool { return i.Name == "" && i.Draw == nil }

// Or returns i, or fallback when i is the zero value.
func (i Initializer) Or(fallback Initializer) Initializer {
	if i.IsZero() {
		return fallback
	}
	return i
}

// Fill draws w, a row-major array of the given shape, [in, out] for a dense
// weight. Only rng decides what is drawn: equal streams give equal values.
func (i Initializer) Fill(rng *rand.Rand, fan Fan, shape []int, gain float64, w []float64) error {
	i = i.Or(GlorotUniform)
	n := 1
	for _, d := range shape {
		n *= d
	}
	var err error
	switch {
	case i.Draw == nil:
		err = errors.New("has no Draw function")
	case rng == nil:
		err = errors.New("needs a source of random numbers")
	case n != len(w) || slices.ContainsFunc(shape, func(d int) bool { return d < 0 }):
		err = fmt.Errorf("shape %v does not hold %d elements", shape, len(w))
	case fan.In <= 0 || fan.Out <= 0:
		err = fmt.Errorf("fans must be positive, got in %d and out %d", fan.In, fan.Out)
	case !(gain >= 0) || math.IsInf(gain, 1):
		err = fmt.Errorf("gain must be a number not below 0, got %v", gain)
	default:
		err = i.Draw(rng, fan, shape, gain, w)
	}
	if err != nil {
		return fmt.Errorf("initializer %s: %w", i.Name, err)
	}
	return nil
}

// Zeros is for biases. As weights they keep all units of a layer equal for ever.
var Zeros = Initializer{
	Name:    "zeros",
	Formula: "0",
	Draw:    constantDraw(0),
}

// Constant sets every element to v.
func Constant(v float64) Initializer {
	return Initializer{
		Name:    fmt.Sprintf("constant:%v", v),
		Formula: fmt.Sprint(v),
		Draw:    constantDraw(v),
	}
}

// Uniform draws from the interval [low, high).
func Uniform(low, high float64) Initializer {
	return Initializer{
		Name:    fmt.Sprintf("uniform:%v,%v", low, high),
		Formula: fmt.Sprintf("U(%v, %v)", low, high),
		Draw: func(rng *rand.Rand, _ Fan, _ []int, _ float64, w []float64) error {
			// The width is finite only when both ends are.
			if width := high - low; !(width >= 0) || math.IsInf(width, 1) {
				return fmt.Errorf("needs finite bounds, the lower first, got %v and %v", low, high)
			}
			for i := range w {
				w[i] = low + (high-low)*rng.Float64()
			}
			return nil
		},
	}
}

// Normal draws from the normal distribution, not truncated.
func Normal(mean, std float64) Initializer {
	return Initializer{
		Name:    fmt.Sprintf("normal:%v,%v", mean, std),
		Formula: fmt.Sprintf("N(%v, %v²)", mean, std),
		Draw: func(rng *rand.Rand, _ Fan, _ []int, _ float64, w []float64) error {
			if math.IsNaN(mean) || math.IsInf(mean, 0) || !(std >= 0) || math.IsInf(std, 1) {
				return fmt.Errorf("needs a finite mean and a standard deviation not below 0, got %v and %v", mean, std)
			}
			for i := range w {
				w[i] = mean + std*rng.NormFloat64()
			}
			return nil
		},
	}
}

// Initializers that keep the variance of activations, gradients or both from
// layer to layer. The uniform one of each pair has the same standard deviation
// as the normal one: its bound is √3 times that. None is truncated, as in
// PyTorch (Keras cuts its normal ones at two standard deviations).
var (
	GlorotUniform = Initializer{
		Name:      "glorot-uniform",
		Formula:   "U(-b, b), b = gain·√(6/(in+out))",
		Reference: "Glorot, Bengio: Understanding the difficulty of training deep feedforward neural networks, 2010",
		Draw:      scaledUniform(glorotStd),
	}
	GlorotNormal = Initializer{
		Name:      "glorot-normal",
		Formula:   "N(0, σ²), σ = gain·√(2/(in+out))",
		Reference: "Glorot, Bengio: Understanding the difficulty of training deep feedforward neural networks, 2010",
		Draw:      scaledNormal(glorotStd),
	}
	HeUniform = Initializer{
		Name:      "he-uniform",
		Formula:   "U(-b, b), b = gain·√(3/in), gain √2 unless given",
		Reference: "He, Zhang, Ren, Sun: Delving deep into rectifiers, 2015",
		Draw:      scaledUniform(heStd),
	}
	HeNormal = Initializer{
		Name:      "he-normal",
		Formula:   "N(0, σ²), σ = gain/√in, gain √2 unless given",
		Reference: "He, Zhang, Ren, Sun: Delving deep into rectifiers, 2015",
		Draw:      scaledNormal(heStd),
	}
	LeCunUniform = Initializer{
		Name:      "lecun-uniform",
		Formula:   "U(-b, b), b = √(3/in)",
		Reference: "LeCun, Bottou, Orr, Müller: Efficient backprop, 1998",
		Draw:      scaledUniform(lecunStd),
	}
	LeCunNormal = Initializer{
		Name:      "lecun-normal",
		Formula:   "N(0, σ²), σ = 1/√in",
		Reference: "LeCun, Bottou, Orr, Müller: Efficient backprop, 1998",
		Draw:      scaledNormal(lecunStd),
	}
	// TorchUniform is what PyTorch gives the weight and the bias of its Linear
	// and convolution layers.
	TorchUniform = Initializer{
		Name:      "torch-uniform",
		Formula:   "U(-b, b), b = 1/√in",
		Reference: "PyTorch: torch.nn.Linear",
		Draw:      scaledUniform(torchStd),
	}
)

func glorotStd(fan Fan, gain float64) float64 {
	return cmp.Or(gain, 1) * math.Sqrt(2/(float64(fan.In)+float64(fan.Out)))
}

func heStd(fan Fan, gain float64) float64 {
	return cmp.Or(gain, math.Sqrt2) / math.Sqrt(float64(fan.In))
}

func lecunStd(fan Fan, _ float64) float64 { return 1 / math.Sqrt(float64(fan.In)) }

func torchStd(fan Fan, _ float64) float64 { return 1 / math.Sqrt(3*float64(fan.In)) }

// drawFunc is the type of Initializer.Draw.
type drawFunc = func(rng *rand.Rand, fan Fan, shape []int, gain float64, w []float64) error

func constantDraw(v float64) drawFunc {
	return func(_ *rand.Rand, _ Fan, _ []int, _ float64, w []float64) error {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("needs a finite value, got %v", v)
		}
		for i := range w {
			w[i] = v
		}
		return nil
	}
}

func scaledUniform(std func(Fan, float64) float64) drawFunc {
	return func(rng *rand.Rand, fan Fan, shape []int, gain float64, w []float64) error {
		bound := math.Sqrt(3) * std(fan, gain)
		return Uniform(-bound, bound).Draw(rng, fan, shape, gain, w)
	}
}

func scaledNormal(std func(Fan, float64) float64) drawFunc {
	return func(rng *rand.Rand, fan Fan, shape []int, gain float64, w []float64) error {
		return Normal(0, std(fan, gain)).Draw(rng, fan, shape, gain, w)
	}
}

// Orthogonal draws a matrix whose singular values all equal the gain, uniformly
// among them: gain times the factor Q of a normal matrix, with the signs that
// make the diagonal of R positive (without them Q is not uniform: Mezzadri, How
// to generate random matrices from the classical compact groups, 2007). Of a
// matrix that is not square the shorter of rows and columns are orthonormal. A
// shape of more than 2 dimensions is the matrix [shape[0], rest]; one of fewer
// is an error.
var Orthogonal = Initializer{
	Name:      "orthogonal",
	Formula:   "gain·Q, Q·R a normal matrix",
	Reference: "Saxe, McClelland, Ganguli: Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, 2014",
	Draw: func(rng *rand.Rand, _ Fan, shape []int, gain float64, w []float64) error {
		if len(shape) < 2 {
			return fmt.Errorf("needs a shape of at least 2 dimensions, got %v", shape)
		}
		if len(w) == 0 {
			return nil
		}
		rows, cols := shape[0], len(w)/shape[0]
		long, short := max(rows, cols), min(rows, cols)
		q := orthonormalColumns(rng, long, short)
		gain = cmp.Or(gain, 1)
		for i := range long {
			for j := range short {
				if rows >= cols {
					w[i*cols+j] = gain * q[i*short+j]
				} else {
					w[j*cols+i] = gain * q[i*short+j]
				}
			}
		}
		return nil
	},
}

// orthonormalColumns returns the n orthonormal columns of length m ≥ n, as a
// row-major m×n array.
func orthonormalColumns(rng *rand.Rand, m, n int) []float64 {
	a := blas64.General{Rows: m, Cols: n, Stride: n, Data: make([]float64, m*n)}
	for i := range a.Data {
		a.Data[i] = rng.NormFloat64()
	}
	tau := make([]float64, n)
	work := make([]float64, 32*m) // room for blocks of 32 columns
	lapack64.Geqrf(a, tau, work, len(work))
	signs := make([]float64, n) // of the diagonal of R, which Orgqr overwrites
	for j := range signs {
		signs[j] = math.Copysign(1, a.Data[j*n+j])
	}
	lapack64.Orgqr(a, tau, work, len(work))
	for i := range a.Data {
		a.Data[i] *= signs[i%n]
	}
	return a.Data
}
