package testfuncs

// formula computes over jets: a value, or residuals whose squares are summed.
type formula struct {
	f func(x []jet) jet // nil for the sum of the squares of r
	r func(x []jet) []jet
}

func (f formula) value(x []float64) float64 { return f.at(x, values).v }

func (f formula) gradient(dst, x []float64) {
	clear(dst)
	copy(dst, f.at(x, gradients).g)
}

func (f formula) hessian(dst, x []float64) {
	clear(dst)
	copy(dst, f.at(x, hessians).h)
}

func (f formula) residuals(dst, x []float64) {
	for i, r := range f.r(variables(x, values)) {
		dst[i] = r.v
	}
}

func (f formula) jacobian(dst, x []float64) {
	clear(dst)
	for i, r := range f.r(variables(x, gradients)) {
		copy(dst[i*len(x):(i+1)*len(x)], r.g)
	}
}

// at evaluates the formula.
func (f formula) at(x []float64, o order) jet {
	v := variables(x, o)
	if f.f != nil {
		return f.f(v)
	}
	return squares(f.r(v))
}

// squares is Σ r².
func squares(r []jet) jet {
	return sumOf(len(r), func(i int) jet { return r[i].square() })
}
