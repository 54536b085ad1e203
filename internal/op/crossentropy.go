package op

import (
	"fmt"
	"slices"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
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
		grad: func(in G.Nodes, loss, g *G.Node) (G.Nodes, error) {
			dx, err := e.slope(loss, g)
			return G.Nodes{dx, nil, nil}[:len(in)], err
		},
	}, e.in...)
}

// entropy is a CrossEntropy whose nodes and sizes are known; its three kernels,
// of the loss and of two derivatives, share it.
type entropy struct {
	CrossEntropy
	in         G.Nodes // prediction, target and, if there are any, weights
	rows, cols int     // of the prediction
	indexed    bool    // targets are class indexes
	terms
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
	e.terms = newTerms(x.Dtype(), e.rows, e.cols)
	return e, nil
}

// name holds all that the kernels depend on besides their inputs: see WriteHash.
func (e *entropy) name(what string) string {
	return fmt.Sprintf("%s(input %d,smoothing %v,class %v,by %d,indexed %v)", what, e.Input, e.Smoothing, e.Class, e.By, e.indexed)
}

// slope is the derivative of each row's loss by its prediction, times the gradient
// g of the row, since loss i depends on row i alone. It takes up the terms that
// the loss has left: the node of the loss is an input so that it comes first.
//
//	dx = curve·(g·up)    dg_i = Σ_j up_ij·slope_ij, slope with g = 1
func (e *entropy) slope(loss, g *G.Node) (*G.Node, error) {
	in := append(slices.Clone(e.in), loss, g)
	diff := slices.Concat([]bool{true, false, false}[:len(e.in)], []bool{false, true})
	return apply(rule{
		name: e.name("cross-entropy′"), shape: e.in[0].Shape(),
		kernels: kernels{lossSlope[float32](e), lossSlope[float64](e)}, diff: diff,
		grad: func(in G.Nodes, _, up *G.Node) (G.Nodes, error) {
			grads := make(G.Nodes, len(in))
			by := perRow(e.rows, e.cols)
			wide, err := Spread(g, by, up.Shape())
			if err != nil {
				return nil, err
			}
			if wide, err = Mul(wide, up); err != nil {
				return nil, err
			}
			if grads[0], err = e.curve(wide); err != nil {
				return nil, err
			}
			ones, err := one.Apply(g)
			if err != nil {
				return nil, err
			}
			slope, err := e.slope(loss, ones)
			if err != nil {
				return nil, err
			}
			if wide, err = Mul(up, slope); err != nil {
				return nil, err
			}
			grads[len(in)-1], err = Sum(wide, by, g.Shape())
			return grads, err
		},
	}, in...)
}

// one is the constant 1 in the shape of its argument.
var one = Unary{Name: "one", F: func(float64) float64 { return 1 }, D: func(float64) float64 { return 0 }, D2: func(float64) float64 { return 0 }}

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
