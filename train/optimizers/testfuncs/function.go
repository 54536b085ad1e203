package testfuncs

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"nabla/internal/names"
)

// Function is a scalar function of Dim variables. Its methods only read x, which
// must have Dim numbers, and write into the memory that they are given; several
// goroutines may use it. Where the function has no value they give NaN or infinities.
type Function struct {
	Name      string // as ByName reads it
	Formula   string
	About     string // what makes it hard, or what it shows
	Reference string // author, title, year; empty for folklore
	Dim       int
	Start     []float64     // the usual one
	Box       [2][2]float64 // from and to of the first two variables, for pictures
	Minima    []Minimum     // the global ones that are known; none where it is unbounded
	Residuals int           // number of residuals r_i of a sum of squares f = Σ r_i², 0 for others

	Variables []string // the names of an expression's variables; nil for x1, x2 …

	calculation calculation
}

// Minimum is a point where a function is smallest.
type Minimum struct {
	X []float64
	F float64
}

// Func returns f(x).
func (f Function) Func(x []float64) float64 { return f.calculation.value(x) }

// Grad writes the gradient into dst, which has Dim numbers.
func (f Function) Grad(dst, x []float64) { f.calculation.gradient(dst, x) }

// Hess writes the Hessian into dst, row-major, Dim·Dim numbers.
func (f Function) Hess(dst, x []float64) { f.calculation.hessian(dst, x) }

// Resid writes the residuals of a sum of squares into dst, Residuals numbers.
func (f Function) Resid(dst, x []float64) { f.calculation.residuals(dst, x) }

// Jacobian writes ∂r_i/∂x_j into dst, row-major, Residuals·Dim numbers.
func (f Function) Jacobian(dst, x []float64) { f.calculation.jacobian(dst, x) }

// calculation is what a function computes: a formula over jets, or an expression.
type calculation interface {
	value(x []float64) float64
	gradient(dst, x []float64)
	hessian(dst, x []float64)
	residuals(dst, x []float64)
	jacobian(dst, x []float64)
}

// Noisy is a function whose values and gradients carry normal noise, as those of a
// mini-batch do: each number has a fresh error of deviation Sigma. It is not safe
// for use by several goroutines.
type Noisy struct {
	Function
	Sigma float64
	Rand  *rand.Rand
}

// Func returns f(x) + Sigma·N(0, 1).
func (f Noisy) Func(x []float64) float64 {
	return f.Function.Func(x) + f.Sigma*f.Rand.NormFloat64()
}

// Grad writes the gradient with Sigma·N(0, 1) on each component.
func (f Noisy) Grad(dst, x []float64) {
	f.Function.Grad(dst, x)
	for i := range dst {
		dst[i] += f.Sigma * f.Rand.NormFloat64()
	}
}

// row makes the functions of one name.
type row struct {
	name, formula, about, reference string
	dims                            dims
	box                             [2][2]float64
	start                           func(n int) []float64
	minima                          func(n int) []Minimum // nil where there is none
	value                           func(x []jet) jet     // nil for the sum of the squared residuals
	residuals                       func(x []jet) []jet   // nil for what is no sum of squares
	conditioned                     func(k float64) row   // makes the row for a condition number; nil for most
}

// dims are the numbers of variables that a function can have: usual, and every
// least + i·step when step is positive.
type dims struct{ usual, least, step int }

func only(n int) dims { return dims{usual: n} }

// any2 is any number from 1 on, 2 where nothing else is said.
var any2 = dims{2, 1, 1}

func (d dims) has(n int) bool {
	return n == d.usual || d.step > 0 && n >= d.least && (n-d.least)%d.step == 0
}

// maxDim keeps a slip of the keyboard from taking all memory: a Hessian has n²
// numbers, and a jet of each variable has one.
const maxDim = 200

// Names lists the functions in the order of the tables.
func Names() []string { return names.Of(table, row.key) }

func (r row) key() string { return r.name }

// ByName returns a function by its name, which options may follow: ":n=10" is the
// number of variables, where there is a choice, ":k=1000" the condition number of
// a quadratic. Its errors name what is nearest.
func ByName(text string) (Function, error) {
	parts := strings.Split(text, ":")
	r, err := names.Find("testfuncs", "function", parts[0], table, row.key)
	if err != nil {
		return Function{}, err
	}
	n := r.dims.usual
	for _, part := range parts[1:] {
		option, value, _ := strings.Cut(part, "=")
		switch {
		case option == "n" && r.dims.step > 0:
			if _, err := fmt.Sscanf(value+"\n", "%d\n", &n); err != nil || n > maxDim || !r.dims.has(n) {
				return Function{}, fmt.Errorf("testfuncs: %s: n=%s: want %s", r.name, value, r.dims)
			}
		case option == "k" && r.conditioned != nil:
			var k float64
			if _, err := fmt.Sscanf(value+"\n", "%g\n", &k); err != nil || !(k >= 1 && k <= 1e300) {
				return Function{}, fmt.Errorf("testfuncs: %s: k=%s: want a condition number of at least 1", r.name, value)
			}
			r = r.conditioned(k)
		default:
			return Function{}, names.Unknown("testfuncs", r.name+" option", option, r.options())
		}
	}
	f := r.function(n)
	f.Name = text
	return f, nil
}

// String says which numbers of variables there can be.
func (d dims) String() string {
	switch d.step {
	case 0:
		return fmt.Sprintf("%d variables", d.usual)
	case 1:
		return fmt.Sprintf("%d to %d variables", d.least, maxDim)
	}
	return fmt.Sprintf("%d, %d, … %d variables", d.least, d.least+d.step, maxDim)
}

func (r row) options() []string {
	var list []string
	if r.dims.step > 0 {
		list = append(list, "n")
	}
	if r.conditioned != nil {
		list = append(list, "k")
	}
	return list
}

// function makes the function of n variables.
func (r row) function(n int) Function {
	f := Function{
		Name: r.name, Formula: r.formula, About: r.about, Reference: r.reference,
		Dim: n, Start: r.start(n), Box: r.box, calculation: formula{r.value, r.residuals},
	}
	if r.residuals != nil {
		f.Residuals = len(r.residuals(variables(f.Start, values)))
	}
	if r.minima != nil {
		f.Minima = r.minima(n)
	}
	return f
}

// at is the start or the minimum of a function of a fixed number of variables,
// repeated when there are more.
func at(x ...float64) func(n int) []float64 {
	return func(n int) []float64 {
		y := make([]float64, n)
		for i := range y {
			y[i] = x[i%len(x)]
		}
		return y
	}
}

// all is one minimum with the same coordinate everywhere, where f is 0.
func all(c float64) func(n int) []Minimum {
	return func(n int) []Minimum { return []Minimum{{at(c)(n), 0}} }
}

// points are minima of the same value.
func points(f float64, list ...[]float64) func(n int) []Minimum {
	return func(int) []Minimum {
		var m []Minimum
		for _, x := range list {
			m = append(m, Minimum{x, f})
		}
		return m
	}
}

// square is the box from −c to c.
func square(c float64) [2][2]float64 { return [2][2]float64{{-c, c}, {-c, c}} }
