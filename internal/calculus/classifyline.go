package calculus

import (
	"fmt"
	"math"
)

// classifyLine decides by f″, and where that is zero by the sign of f' on both
// sides, which the first derivative that is not zero explains.
func (f *finder) classifyLine(x, reach float64) CriticalPoint {
	second := f.bend(x)
	value, _ := f.p.Eval([]float64{x})
	c := CriticalPoint{X: []float64{x}, Value: value, Eigenvalues: []float64{second}}
	scale := max(math.Abs(f.bend(x-reach)), math.Abs(f.bend(x+reach)))
	if math.IsNaN(scale) {
		scale = 1
	}
	switch {
	case second > 1e-8*scale:
		c.Kind, c.SecondOrder, c.Reason = Minimum, Minimum, "f'' = "+short(second)+" > 0"
		return c
	case second < -1e-8*scale:
		c.Kind, c.SecondOrder, c.Reason = Maximum, Maximum, "f'' = "+short(second)+" < 0"
		return c
	}
	c.SecondOrder, c.Kind = Degenerate, Degenerate
	left, right := f.slope(x-reach), f.slope(x+reach)
	switch {
	case left < 0 && right > 0:
		c.Kind = Minimum
	case left > 0 && right < 0:
		c.Kind = Maximum
	case left*right > 0:
		c.Kind = Inflection
	}
	c.Reason = "f'' = 0 does not decide; " + f.higher(x, reach, c.Kind)
	return c
}

// highest is the order of derivatives up to which higher looks, and longest how
// long they may be: both bound the time.
const (
	highest = 12
	longest = 2000
)

// derivatives are those of order 3 and higher, as far as they are short enough.
func (f *finder) derivatives() []*Program {
	if f.orders != nil {
		return f.orders
	}
	f.orders = []*Program{}
	d, err := Simplify(f.node)
	for order := 1; order <= highest && err == nil && d.size <= longest; order++ {
		if d, _, err = Derive(d, f.vars[0]); err != nil || order < 3 {
			continue
		}
		p, err := Compile([]*Node{d}, f.vars)
		if err != nil {
			break
		}
		f.orders = append(f.orders, p)
	}
	return f.orders
}

// higher names the first derivative that is not zero at x, if it agrees with the
// kind that the signs of f' gave: of even order for extrema, of odd for inflections.
func (f *finder) higher(x, reach float64, kind string) string {
	signs := map[string]string{
		Minimum: "f' goes from - to +", Maximum: "f' goes from + to -",
		Inflection: "f' has one sign on both sides", Degenerate: "nor does f' around the point",
	}[kind]
	for i, p := range f.derivatives() {
		order := i + 3
		v, err := p.Eval([]float64{x})
		if err != nil {
			break
		}
		scale := max(math.Abs(p.Value([]float64{x - reach})), math.Abs(p.Value([]float64{x + reach})))
		if math.Abs(v) <= 1e-3*scale || v == 0 {
			continue
		}
		if even := order%2 == 0; even != (kind == Inflection) && (!even || (v > 0) == (kind == Minimum)) {
			compared := "> 0"
			if v < 0 {
				compared = "< 0"
			}
			return fmt.Sprintf("the first derivative that is not 0 has order %d and is %s %s", order, short(v), compared)
		}
		break
	}
	return signs
}

// classifyKink is for places where f' jumps over zero.
func (f *finder) classifyKink(x float64) (CriticalPoint, bool) {
	value, err := f.p.Eval([]float64{x})
	if err != nil {
		return CriticalPoint{}, false
	}
	c := CriticalPoint{X: []float64{x}, Value: value, SecondOrder: Degenerate}
	h := 1e-7 * max(1, math.Abs(x))
	below, err := f.p.Eval([]float64{x - h})
	above, err2 := f.p.Eval([]float64{x + h})
	left, right := f.slope(x-h/100), f.slope(x+h/100)
	what := "a kink: f' jumps from %s to %s"
	switch {
	case err != nil || err2 != nil:
		return c, false
	case max(math.Abs(left), math.Abs(right)) > 5*max(math.Abs(f.slope(x-100*h)), math.Abs(f.slope(x+100*h))):
		if !f.cusp(x, value) {
			return c, false
		}
		what = "a cusp: beside it f' is beyond all bounds, %s and %s at a distance of " + short(h/100)
	case math.Abs(below-value)+math.Abs(above-value) > 1e-5*max(1, math.Abs(left)+math.Abs(right)):
		return c, false // f itself jumps
	}
	switch {
	case left < 0 && right > 0:
		c.Kind, c.Reason = Minimum, fmt.Sprintf(what, short(left), short(right))
	case left > 0 && right < 0:
		c.Kind, c.Reason = Maximum, fmt.Sprintf(what, short(left), short(right))
	default:
		return c, false
	}
	return c, true
}

// cusp reports whether f, continuous, rises or falls ever more steeply towards x: its
// differences shrink with the distance, unlike those beside a pole.
func (f *finder) cusp(x, value float64) bool {
	for _, side := range []float64{-1, 1} {
		far := math.Abs(f.p.Value([]float64{x + side*1e-4*max(1, math.Abs(x))}) - value)
		near := math.Abs(f.p.Value([]float64{x + side*1e-8*max(1, math.Abs(x))}) - value)
		if !(far > 3*near) {
			return false
		}
	}
	return true
}
