package testfuncs

import "math"

// jet is a number with its derivatives by n variables: forward-mode automatic
// differentiation of second order. g is the gradient, h the Hessian, row-major;
// either is nil where it is zero or not wanted.
//
// Arithmetic follows the sum and the product rule, and for a function f of u
//
//	∇f(u)  = f′·∇u
//	∇²f(u) = f′·∇²u + f″·∇u·∇uᵀ
type jet struct {
	v    float64
	g, h []float64
}

// order is how many derivatives are wanted.
type order int

const (
	values order = iota
	gradients
	hessians
)

// variables makes the jets of the point x. What has no gradient needs no Hessian
// either, so the order need not be kept: Hessians start as zeros or as nil.
func variables(x []float64, o order) []jet {
	n := len(x)
	list := make([]jet, n)
	for i, v := range x {
		list[i].v = v
		if o >= gradients {
			list[i].g = make([]float64, n)
			list[i].g[i] = 1
		}
		if o >= hessians {
			list[i].h = make([]float64, n*n)
		}
	}
	return list
}

// number is a constant.
func number(v float64) jet { return jet{v: v} }

// linear returns a·u + b·w, with the value given by the caller, who rounds it as
// the formula does.
func linear(v, a float64, u jet, b float64, w jet) jet {
	return jet{v, combine(a, u.g, b, w.g), combine(a, u.h, b, w.h)}
}

// combine returns a·x + b·y, where nil is zero.
func combine(a float64, x []float64, b float64, y []float64) []float64 {
	if x == nil && y == nil {
		return nil
	}
	z := make([]float64, max(len(x), len(y)))
	for i, v := range x {
		z[i] += a * v
	}
	for i, v := range y {
		z[i] += b * v
	}
	return z
}

func (u jet) plus(w jet) jet             { return linear(u.v+w.v, 1, u, 1, w) }
func (u jet) minus(w jet) jet            { return linear(u.v-w.v, 1, u, -1, w) }
func (u jet) add(c float64) jet          { return jet{u.v + c, u.g, u.h} }
func (u jet) scale(c float64) jet        { return linear(c*u.v, c, u, 0, jet{}) }
func (u jet) negative() jet              { return u.scale(-1) }
func (u jet) over(w jet) jet             { return u.times(w.apply(1/w.v, -1/(w.v*w.v), 2/(w.v*w.v*w.v))) }
func (u jet) square() jet                { return u.apply(u.v*u.v, 2*u.v, 2) }
func (u jet) exp() jet                   { e := math.Exp(u.v); return u.apply(e, e, e) }
func (u jet) log() jet                   { return u.apply(math.Log(u.v), 1/u.v, -1/(u.v*u.v)) }
func (u jet) sin() jet                   { s, c := math.Sincos(u.v); return u.apply(s, c, -s) }
func (u jet) cos() jet                   { s, c := math.Sincos(u.v); return u.apply(c, -s, -c) }
func (u jet) atan() jet                  { d := 1 / (1 + u.v*u.v); return u.apply(math.Atan(u.v), d, -2*u.v*d*d) }
func sum(list ...jet) jet                { return fold(list, jet.plus) }
func product(list ...jet) jet            { return fold(list, jet.times) }
func sumOf(n int, f func(i int) jet) jet { return sum(each(n, f)...) }

// times is the product rule: ∇(u·w) = u·∇w + w·∇u,
// ∇²(u·w) = u·∇²w + w·∇²u + ∇u·∇wᵀ + ∇w·∇uᵀ.
func (u jet) times(w jet) jet {
	p := linear(u.v*w.v, w.v, u, u.v, w)
	if p.h == nil || u.g == nil || w.g == nil {
		return p
	}
	n := len(u.g)
	for i := range n {
		for j := range n {
			p.h[i*n+j] += u.g[i]*w.g[j] + w.g[i]*u.g[j]
		}
	}
	return p
}

// pow is u to a whole power of at least 1.
func (u jet) pow(k int) jet {
	p, n := 1.0, float64(k)
	for range k - 2 {
		p *= u.v
	}
	if k == 1 {
		return u
	}
	return u.apply(p*u.v*u.v, n*p*u.v, n*(n-1)*p)
}

// sqrt is the root. At 0, where it has no derivative, the derivative is 0: a point
// on the ridge of a cone counts as level.
func (u jet) sqrt() jet {
	r := math.Sqrt(u.v)
	if r == 0 {
		return u.apply(0, 0, 0)
	}
	return u.apply(r, 0.5/r, -0.25/(r*u.v))
}

// softplus is log(1 + eᵘ), written so that it does not overflow.
func (u jet) softplus() jet {
	s := 1 / (1 + math.Exp(-u.v))
	return u.apply(max(u.v, 0)+math.Log1p(math.Exp(-math.Abs(u.v))), s, s*(1-s))
}

// apply is the chain rule for a function with value f and derivatives f1 and f2.
func (u jet) apply(f, f1, f2 float64) jet {
	r := linear(f, f1, u, 0, jet{})
	if r.h == nil {
		return r
	}
	n := len(u.g)
	for i := range n {
		for j := range n {
			r.h[i*n+j] += f2 * u.g[i] * u.g[j]
		}
	}
	return r
}

// each lists f(0) to f(n−1).
func each(n int, f func(i int) jet) []jet {
	list := make([]jet, n)
	for i := range list {
		list[i] = f(i)
	}
	return list
}

func fold(list []jet, f func(a, b jet) jet) jet {
	total := list[0]
	for _, u := range list[1:] {
		total = f(total, u)
	}
	return total
}
