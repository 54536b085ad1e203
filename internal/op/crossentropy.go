package op

import (
	"fmt"
	"math"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
)

// Input says what the numbers are that a cross-entropy is taken of.
type Input int

const (
	Logits           Input = iota // z, with log p = log softmax(z)
	LogProbabilities              // log p
	Probabilities                 // p; below TinyProbability the logarithm stays put
)

// TinyProbability is where the logarithm of a probability is cut off: a loss of
// a row is at most 27.6 a unit of target instead of infinite.
const TinyProbability = 1e-12

// CrossEntropy is −Σ_j t′_j·log p_j of each row, times the weight of the row,
// over the divisor.
//
// Targets are distributions, one row of t per row of x, or class indexes, one
// column; a row whose index is negative or whose weight is 0 is left out, the
// former of the count too. They are smoothed and weighted:
// t′_j = c_j·((1−ε)·t_j + ε/k).
type CrossEntropy struct {
	Input     Input
	Smoothing float64   // ε
	Class     []float64 // c_j; nil stands for 1
	By        Divisor   // ByWeight counts an indexed row as w_i·c_y, any other as w_i
}

// Apply makes the node, one loss per row. t and w are constants; w may be nil.
//
//	dlogits = g·w/d·(p·Σt′ − t′)
//
// because log p_j = z_j − log Σ exp z, whose derivative by z_k is δ_jk − p_k: the
// sum of −t′_j·(δ_jk − p_k) over j is p_k·Σt′ − t′_k. With plain targets, Σt′ = 1,
// it is the famous p − t, and neither a division nor a logarithm is left in it,
// which is why softmax and cross-entropy are one op. Of log-probabilities the
// derivative is −t′, of probabilities −t′/p.
func (c CrossEntropy) Apply(x, t, w *G.Node) (*G.Node, error) {
	e, err := c.entropy(x, t, w)
	if err != nil {
		return nil, err
	}
	return apply(rule{
		name: e.name("cross-entropy"), shape: tensor.Shape{e.rows},
		kernels: kernels{loss[float32](e), loss[float64](e)}, diff: []bool{true, false, false}[:len(e.in)],
		grad: func(in G.Nodes, _, g *G.Node) (G.Nodes, error) {
			slope, err := e.slope()
			if err != nil {
				return nil, err
			}
			dx, err := byRow(g, slope)
			return G.Nodes{dx, nil, nil}[:len(in)], err
		},
	}, e.in...)
}

// byRow multiplies each row of m by its element of g: the chain rule, as loss i
// depends on row i alone.
func byRow(g, m *G.Node) (*G.Node, error) {
	wide, err := Spread(g, perRow(m.Shape()[0], m.Shape()[1]), m.Shape())
	if err != nil {
		return nil, err
	}
	return Mul(wide, m)
}

// entropy is a CrossEntropy whose nodes and sizes are known; its three kernels,
// of the loss and of two derivatives, share it.
type entropy struct {
	CrossEntropy
	in         G.Nodes // prediction, target and, if there are any, weights
	rows, cols int     // of the prediction
	indexed    bool    // targets are class indexes
}

// entropy checks the shapes and sees from them what the targets are. With a
// single class both readings fit; then they are distributions.
func (c CrossEntropy) entropy(x, t, w *G.Node) (*entropy, error) {
	if x.Dims() != 2 {
		return nil, fmt.Errorf("cross-entropy: prediction of shape %v, want (rows, classes)", x.Shape())
	}
	e := &entropy{CrossEntropy: c, in: G.Nodes{x, t}, rows: x.Shape()[0], cols: x.Shape()[1]}
	switch size := t.Shape().TotalSize(); {
	case t.Dims() > 0 && t.Shape()[0] == e.rows && size == e.rows*e.cols:
	case size == e.rows:
		e.indexed = true
	default:
		return nil, fmt.Errorf("cross-entropy: target of shape %v for a prediction of shape %v", t.Shape(), x.Shape())
	}
	if w != nil {
		if w.Shape().TotalSize() != e.rows {
			return nil, fmt.Errorf("cross-entropy: %d weights for %d rows", w.Shape().TotalSize(), e.rows)
		}
		e.in = append(e.in, w)
	}
	if e.Class == nil {
		e.Class = slices.Repeat([]float64{1}, e.cols)
	}
	if len(e.Class) != e.cols {
		return nil, fmt.Errorf("cross-entropy: %d class weights for %d classes", len(e.Class), e.cols)
	}
	return e, nil
}

// name holds all that the kernels depend on besides their inputs: see WriteHash.
func (e *entropy) name(what string) string {
	return fmt.Sprintf("%s(input %d,smoothing %v,class %v,by %d,indexed %v)", what, e.Input, e.Smoothing, e.Class, e.By, e.indexed)
}

// slope is the derivative of each row's loss by its prediction, of the shape of
// the prediction; the gradient g of the losses is multiplied in behind it.
func (e *entropy) slope() (*G.Node, error) {
	x := e.in[0]
	return apply(rule{
		name: e.name("cross-entropy′"), shape: x.Shape(),
		kernels: kernels{lossSlope[float32](e), lossSlope[float64](e)}, diff: []bool{true, false, false}[:len(e.in)],
		grad: func(in G.Nodes, _, up *G.Node) (G.Nodes, error) {
			dx, err := e.curve(up)
			return G.Nodes{dx, nil, nil}[:len(in)], err
		},
	}, e.in...)
}

// curve is the second derivative times up: for logits w/d·Σt′·p·(up − Σ p·up),
// since t′ in the slope is constant and p there is a softmax; for probabilities
// w/d·t′/p²·up; for log-probabilities 0.
func (e *entropy) curve(up *G.Node) (*G.Node, error) {
	in := append(slices.Clone(e.in), up)
	return apply(rule{
		name: e.name("cross-entropy″"), shape: up.Shape(),
		kernels: kernels{lossCurve[float32](e), lossCurve[float64](e)}, diff: none[:len(in)],
	}, in...)
}

// target returns t′_j of a row whose targets start at t.
func target[T kernel.Float](e *entropy, t []T, j int) float64 {
	v := 0.0
	switch {
	case !e.indexed:
		v = float64(t[j])
	case int(t[0]) == j:
		v = 1
	case t[0] < 0:
		return 0
	}
	return e.Class[j] * ((1-e.Smoothing)*v + e.Smoothing/float64(e.cols))
}

// targets returns the targets of row i.
func targets[T kernel.Float](e *entropy, t []T, i int) []T {
	if e.indexed {
		return t[i : i+1]
	}
	return t[i*e.cols : (i+1)*e.cols]
}

// weight returns the weight of row i: 0 when its index is negative, NaN when
// there is no such class.
func weight[T kernel.Float](e *entropy, in [][]T, i int) float64 {
	if e.indexed {
		switch y := in[1][i]; {
		case y < 0:
			return 0
		case !(y < T(e.cols)):
			return math.NaN()
		}
	}
	if len(e.in) > 2 {
		return float64(in[2][i])
	}
	return 1
}

// divisor returns what the weights of the rows are divided by.
func divisor[T kernel.Float](e *entropy, in [][]T) float64 {
	if e.By == ByOne {
		return 1
	}
	var d float64
	for i := range e.rows {
		left := e.indexed && in[1][i] < 0
		w := weight(e, in, i)
		switch {
		case e.By == ByCount && !left:
			d++
		case e.By == ByWeight && e.indexed && !left && !math.IsNaN(w):
			d += w * e.Class[int(in[1][i])]
		case e.By == ByWeight:
			d += w
		}
	}
	return d
}

// loss is −s·Σ t′·log p of each row with s = w/d. For logits,
// log p_j = z_j − max z − log Σ exp(z − max z). Classes without target are passed
// over: 0·log 0 is 0.
func loss[T kernel.Float](e *entropy) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		d := divisor(e, in)
		for i := range out {
			x, t := in[0][i*e.cols:(i+1)*e.cols], targets(e, in[1], i)
			s := weight(e, in, i) / d
			if s == 0 { // left out, whatever its numbers
				out[i] = 0
				continue
			}
			var top, lse float64
			if e.Input == Logits {
				var sum float64
				sum, top = sumExp(x, len(x), 1)
				lse = math.Log(sum)
			}
			var l float64
			for j, v := range x {
				tj := target(e, t, j)
				if tj == 0 {
					continue
				}
				logp := float64(v) - top - lse // the large numbers cancel first
				if e.Input == Probabilities {
					logp = math.Log(math.Max(float64(v), TinyProbability))
				}
				l -= tj * logp
			}
			out[i] = T(s * l)
		}
	}
}

// lossSlope is s·(p·all − t′) for logits with all = Σt′, −s·t′ for
// log-probabilities and −s·t′/p for probabilities, whose p in the denominator
// stops at TinyProbability: rows that are utterly wrong still learn.
func lossSlope[T kernel.Float](e *entropy) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		d := divisor(e, in)
		for i := range e.rows {
			x, t, o := in[0][i*e.cols:(i+1)*e.cols], targets(e, in[1], i), out[i*e.cols:(i+1)*e.cols]
			s := weight(e, in, i) / d
			if s == 0 { // left out, whatever its numbers
				clear(o)
				continue
			}
			var sum, top, all float64
			if e.Input == Logits {
				sum, top = sumExp(x, len(x), 1)
				for j := range x {
					all += target(e, t, j)
				}
			}
			for j, v := range x {
				slope := -target(e, t, j)
				switch {
				case e.Input == Logits:
					slope += all * math.Exp(float64(v)-top) / sum
				case e.Input == Probabilities && slope != 0:
					slope /= math.Max(float64(v), TinyProbability)
				}
				o[j] = T(s * slope)
			}
		}
	}
}

// lossCurve is the formula of curve with u for up and mean for Σ p·up.
func lossCurve[T kernel.Float](e *entropy) func(out []T, in [][]T) {
	return func(out []T, in [][]T) {
		d := divisor(e, in)
		up := in[len(in)-1]
		for i := range e.rows {
			at := i * e.cols
			x, u, t, o := in[0][at:at+e.cols], up[at:at+e.cols], targets(e, in[1], i), out[at:at+e.cols]
			s := weight(e, in, i) / d
			if s == 0 {
				clear(o)
				continue
			}
			var sum, top, all, mean float64
			if e.Input == Logits {
				sum, top = sumExp(x, len(x), 1)
				for j, v := range x {
					all += target(e, t, j)
					mean += math.Exp(float64(v)-top) / sum * float64(u[j])
				}
			}
			for j, v := range x {
				var curve float64
				switch e.Input {
				case Logits:
					curve = all * math.Exp(float64(v)-top) / sum * (float64(u[j]) - mean)
				case Probabilities:
					if p := float64(v); !(p < TinyProbability) { // below, the slope is constant
						curve = target(e, t, j) / (p * p) * float64(u[j])
					}
				}
				o[j] = T(s * curve)
			}
		}
	}
}
