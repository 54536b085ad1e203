package explain

import (
	"math"

	"nabla/losses"
)

// lossFormula is a loss as a textbook has it: what it is, and its gradient by the
// output of the network.
type lossFormula struct {
	value    string // of the loss, with p for the output: "−(1/n)·Σ y ⊙ log ŷ"
	gradient string // "(ŷ − y)/n"
	notes    []string
	loss     float64
	grad     []float64 // by the output; nil: there is no formula
}

// pairRow is a loss of single elements: ℓ and ∂ℓ/∂p of an output p and its target
// t, and how both are written with the name of the output for P.
type pairRow struct {
	name            string
	value, gradient string
	f, slope        func(p, t float64) float64
	rows            bool // the mean is over rows, not over elements
}

// pairRows are written down here once more, apart from package losses: what they
// are compared with is computed by that.
var pairRows = []pairRow{
	{name: "mse", value: "(P − y)²", gradient: "2·(P − y)",
		f:     func(p, t float64) float64 { return math.Pow(p-t, 2) },
		slope: func(p, t float64) float64 { return 2 * (p - t) }},
	{name: "mae", value: "|P − y|", gradient: "sign(P − y)",
		f: func(p, t float64) float64 { return math.Abs(p - t) },
		slope: func(p, t float64) float64 {
			if p == t {
				return 0
			}
			return math.Copysign(1, p-t)
		}},
	{name: "log-cosh", value: "log cosh(P − y)", gradient: "tanh(P − y)",
		f:     func(p, t float64) float64 { return math.Abs(p-t) + math.Log1p(math.Exp(-2*math.Abs(p-t))) - math.Ln2 },
		slope: func(p, t float64) float64 { return math.Tanh(p - t) }},
	{name: "bce", value: "−y·log ŷ − (1−y)·log(1−ŷ)", gradient: "(ŷ − y)",
		f:     func(z, t float64) float64 { return math.Max(z, 0) - z*t + math.Log1p(math.Exp(-math.Abs(z))) },
		slope: func(z, t float64) float64 { return 1/(1+math.Exp(-z)) - t }},
	{name: "bce-prob", value: "−y·log P − (1−y)·log(1−P)", gradient: "(P − y)/(P·(1−P))",
		f: func(p, t float64) float64 {
			return -t*math.Max(math.Log(p), -100) - (1-t)*math.Max(math.Log1p(-p), -100)
		},
		slope: func(p, t float64) float64 { return (p - t) / math.Max(p*(1-p), 1e-12) }},
	{name: "hinge", value: "max(0, 1 − y·P)", gradient: "(−y where y·P < 1, else 0)",
		f: func(p, t float64) float64 { return math.Max(0, 1-t*p) },
		slope: func(p, t float64) float64 {
			if t*p < 1 {
				return -t
			}
			return 0
		}},
	{name: "poisson", value: "eᴾ − y·P", gradient: "(eᴾ − y)",
		f:     func(p, t float64) float64 { return math.Exp(p) - t*p },
		slope: func(p, t float64) float64 { return math.Exp(p) - t }},
	{name: "kl-divergence", value: "y·(log y − P)", gradient: "−y", rows: true,
		f: func(p, t float64) float64 {
			if t == 0 {
				return 0
			}
			return t * (math.Log(t) - p)
		},
		slope: func(_, t float64) float64 { return -t }},
}

// classRow is a loss on classes: −Σ_j t_j·log p_j of a row, for an output that p is
// made of in its own way.
type classRow struct {
	name, value, gradient string
	// row returns the loss of a row of outputs x and its gradient.
	row func(x, t []float64) (float64, []float64)
}

var classRows = []classRow{
	{"cross-entropy", "y ⊙ log ŷ", "(ŷ − y)", func(z, t []float64) (float64, []float64) {
		top, sum, total, loss := math.Inf(-1), 0.0, 0.0, 0.0
		for _, v := range z {
			top = math.Max(top, v)
		}
		for _, v := range z {
			sum += math.Exp(v - top)
		}
		for j, v := range z {
			total += t[j]
			loss -= t[j] * (v - top - math.Log(sum))
		}
		return loss, each(len(z), func(j int) float64 { return total*math.Exp(z[j]-top)/sum - t[j] })
	}},
	{"cross-entropy-prob", "y ⊙ log P", "−(y/P)", func(p, t []float64) (loss float64, _ []float64) {
		for j, v := range p {
			loss -= t[j] * math.Log(math.Max(v, 1e-12))
		}
		return loss, each(len(p), func(j int) float64 { return -t[j] / math.Max(p[j], 1e-12) })
	}},
	{"nll", "y ⊙ P", "−y", func(l, t []float64) (loss float64, _ []float64) {
		for j, v := range l {
			loss -= t[j] * v
		}
		return loss, each(len(l), func(j int) float64 { return -t[j] })
	}},
}

// batch is the output of a network, and the targets in its shape.
type batch struct {
	out, y     []float64
	rows, cols int
	left       int // rows that count: a negative class index leaves one out
}

// formulaOf computes a loss by hand. name is that of the output.
func formulaOf(l losses.Loss, name string, b batch) lossFormula {
	if l.ClassWeights != nil || l.Nodes != nil {
		return lossFormula{value: "the loss " + l.String()}
	}
	base := baseName(l)
	for _, row := range classRows {
		if row.name == base {
			return row.formula(l, name, b)
		}
	}
	for _, row := range pairRows {
		if row.name == base {
			return row.formula(l, name, b)
		}
	}
	if l.F == nil || l.D == nil {
		return lossFormula{value: "the loss " + l.String()}
	}
	own := pairRow{value: "ℓ(P, y)", gradient: "ℓ′(P, y)", f: l.F, slope: l.D}
	f := own.formula(l, name, b)
	if l.Formula != "" {
		f.notes = append(f.notes, "ℓ(p, t) = "+l.Formula, "ℓ′(p, t) = "+l.Derivative)
	}
	return f
}

// formula applies a loss of classes row by row. The notes say what a mean is over:
// the 1/n of the gradient is forgotten easily.
func (r classRow) formula(l losses.Loss, name string, b batch) lossFormula {
	n, over := float64(b.left), "1/n"
	f := lossFormula{grad: make([]float64, len(b.out))}
	if l.Reduction == losses.MeanOverCount {
		n = float64(b.rows)
	}
	switch {
	case l.Reduction == losses.Sum:
		n, over = 1, ""
		f.notes = append(f.notes, "L is the sum over the rows")
	default:
		f.notes = append(f.notes, "L is the mean over the "+count(int(n), "row")+": n = "+number(n))
	}
	f.value, f.gradient = "−"+sum(over, replace(r.value, name)), divided(replace(r.gradient, name), over)
	t := b.y
	if l.Smoothing != 0 {
		k := float64(b.cols)
		t = each(len(t), func(i int) float64 { return (1-l.Smoothing)*t[i] + l.Smoothing/k*rowSum(b, i/b.cols) })
		f.notes = append(f.notes, "in the formulas y stands for (1 − ε)·y + ε/k, smoothed with ε = "+number(l.Smoothing)+", k = "+number(k))
	}
	for i := range b.rows {
		at := i * b.cols
		loss, grad := r.row(b.out[at:at+b.cols], t[at:at+b.cols])
		f.loss += loss / n
		for j, g := range grad {
			f.grad[at+j] = g / n
		}
	}
	return f
}

// rowSum is 1 for a row with a class and 0 for one that is left out.
func rowSum(b batch, row int) (sum float64) {
	for _, v := range b.y[row*b.cols : (row+1)*b.cols] {
		sum += v
	}
	return sum
}

// formula applies a loss of elements.
func (r pairRow) formula(l losses.Loss, name string, b batch) lossFormula {
	n, over := float64(len(b.out)), "1/N"
	f := lossFormula{grad: make([]float64, len(b.out))}
	switch {
	case l.Reduction == losses.Sum:
		n, over = 1, ""
		f.notes = append(f.notes, "L is the sum over the elements")
	case r.rows:
		n, over = float64(b.rows), "1/n"
		f.notes = append(f.notes, "L is the mean over the "+count(b.rows, "row")+": n = "+number(n))
	default:
		f.notes = append(f.notes, "L is the mean over the "+count(len(b.out), "element")+" of the output: N = "+number(n))
	}
	f.value, f.gradient = sum(over, replace(r.value, name)), divided(replace(r.gradient, name), over)
	for i, p := range b.out {
		f.loss += r.f(p, b.y[i]) / n
		f.grad[i] = r.slope(p, b.y[i]) / n
	}
	return f
}
