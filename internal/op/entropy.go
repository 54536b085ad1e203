package op

import (
	"math"

	"gorgonia.org/tensor"

	"nabla/internal/kernel"
)

// terms are what the loss computes on its way and its derivative uses again: in
// one of the two precisions, the other has no memory.
type terms struct {
	f32 termsOf[float32]
	f64 termsOf[float64]
}

// termsOf are numbers of the rows of logits: e^(x − top), top being the largest
// of the row, the sum of these, and the weight over the divisor, s = w/d.
type termsOf[T kernel.Float] struct {
	exp, top, sum, scale []T
	log                  []T // of the sum
}

func newTerms(dtype tensor.Dtype, rows, cols int) terms {
	if dtype == tensor.Float32 {
		return terms{f32: newTermsOf[float32](rows, cols)}
	}
	return terms{f64: newTermsOf[float64](rows, cols)}
}

func newTermsOf[T kernel.Float](rows, cols int) termsOf[T] {
	v := make([]T, rows*(cols+4))
	cut := func(n int) []T {
		part := v[:n:n]
		v = v[n:]
		return part
	}
	return termsOf[T]{cut(rows * cols), cut(rows), cut(rows), cut(rows), cut(rows)}
}

// termsFor returns those of the precision T.
func termsFor[T kernel.Float](e *entropy) *termsOf[T] {
	if t, ok := any(&e.f32).(*termsOf[T]); ok {
		return t
	}
	t, _ := any(&e.f64).(*termsOf[T])
	return t
}

// class returns the factor of the class of row i: 0 for a negative index, NaN when
// there is no such class.
func class[T kernel.Float](e *entropy, index T) float64 {
	switch {
	case index < 0:
		return 0
	case !(index < T(e.cols)):
		return math.NaN()
	}
	return e.Class[int(index)]
}

// weigh computes s = w/d of each row.
func weigh[T kernel.Float](e *entropy, in [][]T, s []T) {
	d := 0.0
	for i := range s {
		w := 1.0
		if len(e.in) > 2 {
			w = float64(in[2][i])
		}
		share, one := w, 1.0 // of the divisor
		if e.indexed {
			c := class(e, in[1][i])
			share *= c
			if in[1][i] < 0 {
				w, share, one = 0, 0, 0
			} else if c != c {
				w = c
			}
		}
		if e.By == ByWeight {
			d += share
		} else {
			d += one
		}
		s[i] = T(w)
	}
	if e.By == ByOne {
		return
	}
	for i, w := range s {
		s[i] = T(float64(w) / d)
	}
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

// row returns row i of a matrix of predictions or, unless they are indexes, of
// targets.
func row[T kernel.Float](e *entropy, x []T, i int) []T { return x[i*e.cols : (i+1)*e.cols] }

// targets returns the targets of row i.
func targets[T kernel.Float](e *entropy, t []T, i int) []T {
	if e.indexed {
		return t[i : i+1]
	}
	return row(e, t, i)
}

// loss is −s·Σ t′·log p of each row. For logits,
// log p_j = z_j − max z − log Σ exp(z − max z): the large numbers cancel first.
func loss[T kernel.Float](e *entropy) func(out []T, in [][]T) {
	v := termsFor[T](e)
	return func(out []T, in [][]T) {
		weigh(e, in, v.scale)
		if e.Input == Logits {
			kernel.ExpRows(v.exp, in[0], v.top, v.sum, e.cols)
			kernel.Log(v.log, v.sum)
		}
		for i, s := range v.scale {
			switch x, t := row(e, in[0], i), targets(e, in[1], i); {
			case s == 0: // left out, whatever its numbers
				out[i] = 0
			case s != s: // there is no such class
				out[i] = s
			case e.Input == Logits && e.indexed && e.Smoothing == 0:
				y := int(t[0])
				out[i] = s * T(e.Class[y]) * (v.log[i] - (x[y] - v.top[i]))
			default:
				out[i] = s * T(rowLoss(e, x, t, float64(v.top[i]), float64(v.log[i])))
			}
		}
	}
}

// rowLoss is −Σ t′·log p; top and the logarithm of the sum mean something for
// logits. Classes without target are passed over: 0·log 0 is 0.
func rowLoss[T kernel.Float](e *entropy, x, t []T, top, log float64) (sum float64) {
	for j, v := range x {
		tj := target(e, t, j)
		if tj == 0 {
			continue
		}
		logp := float64(v)
		switch e.Input {
		case Logits:
			logp = logp - top - log
		case Probabilities:
			logp = math.Log(math.Max(logp, TinyProbability))
		}
		sum -= tj * logp
	}
	return sum
}

// lossSlope is g·s times p·all − t′ for logits with all = Σt′, −t′ for
// log-probabilities and −t′/p for probabilities, whose p in the denominator stops
// at TinyProbability: rows that are utterly wrong still learn.
func lossSlope[T kernel.Float](e *entropy) func(out []T, in [][]T) {
	v := termsFor[T](e)
	hard := e.indexed && e.Smoothing == 0
	factor := make([]T, len(v.scale))
	return func(out []T, in [][]T) {
		g := in[len(in)-1]
		if e.Input == Logits {
			for i, s := range v.scale {
				factor[i] = g[i] * s * T(all(e, targets(e, in[1], i))) / v.sum[i]
			}
			kernel.ScaleRows(out, v.exp, factor, e.cols)
		}
		for i, s := range v.scale {
			x, t, o := row(e, in[0], i), targets(e, in[1], i), row(e, out, i)
			switch {
			case s == 0: // left out, whatever its numbers
				clear(o)
			case s != s: // there is no such class
				for j := range o {
					o[j] = s
				}
			case e.Input == Logits && hard:
				y := int(t[0])
				o[y] -= g[i] * s * T(e.Class[y])
			case e.Input == Logits:
				for j := range o {
					o[j] -= g[i] * s * T(target(e, t, j))
				}
			default:
				rowSlope(e, o, x, t, float64(g[i]*s))
			}
		}
	}
}

// all is Σt′ of a row.
func all[T kernel.Float](e *entropy, t []T) (sum float64) {
	if e.indexed && e.Smoothing == 0 {
		return class(e, t[0])
	}
	for j := range e.cols {
		sum += target(e, t, j)
	}
	return sum
}

// rowSlope is the derivative for what are no logits, times s.
func rowSlope[T kernel.Float](e *entropy, to, x, t []T, s float64) {
	for j, v := range x {
		slope := -target(e, t, j)
		if e.Input == Probabilities && slope != 0 {
			slope /= math.Max(float64(v), TinyProbability)
		}
		to[j] = T(s * slope)
	}
}

// lossCurve is the formula of curve with u for up and mean for Σ p·up.
func lossCurve[T kernel.Float](e *entropy) func(out []T, in [][]T) {
	scale := make([]T, e.rows)
	return func(out []T, in [][]T) {
		weigh(e, in, scale)
		for i, s := range scale {
			x, t, o, u := row(e, in[0], i), targets(e, in[1], i), row(e, out, i), row(e, in[len(in)-1], i)
			if s == 0 {
				clear(o)
				continue
			}
			var sum, top, mean, total float64
			if e.Input == Logits {
				sum, top = sumExp(x, len(x), 1)
				total = all(e, t)
				for j, v := range x {
					mean += math.Exp(float64(v)-top) / sum * float64(u[j])
				}
			}
			for j, v := range x {
				var curve float64
				switch e.Input {
				case Logits:
					curve = total * math.Exp(float64(v)-top) / sum * (float64(u[j]) - mean)
				case Probabilities:
					if p := float64(v); !(p < TinyProbability) { // below, the slope is constant
						curve = target(e, t, j) / (p * p) * float64(u[j])
					}
				}
				o[j] = s * T(curve)
			}
		}
	}
}
