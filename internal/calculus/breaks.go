package calculus

import "math"

// Break is a place where a function has no derivative by one of its variables, though
// the rules give one: they follow conventions at |0|, relu(0) or max(1, 1).
type Break struct {
	Variable int
	// Jump says that the function itself jumps; else it is a kink, where its slope does.
	Jump bool
	// Left and Right are the slopes on the two sides, of a jump the values.
	Left, Right float64
}

// breakStep is how far beside a point its two sides are looked at, in units of the
// variable's size.
const breakStep = 1e-6

// Breaks are the kinks and jumps along the axes at x, where an operation that has them
// is at the place of its own: x|x| has none at 0.
func Breaks(p *Program, x []float64) []Break {
	if p.forward(x) != nil || !p.onEdge() {
		return nil
	}
	middle := p.value[p.outputs[0]]
	var list []Break
	for i := range x {
		far, near := p.sides(x, i, breakStep), p.sides(x, i, breakStep/10)
		if far == nil || near == nil {
			continue
		}
		size := 1e-9 * max(1, math.Abs(middle), math.Abs(near.slope[0]), math.Abs(near.slope[1]))
		gap := func(b *besides) float64 {
			return max(math.Abs(b.value[0]-middle), math.Abs(b.value[1]-middle))
		}
		bend := func(b *besides) float64 { return math.Abs(b.slope[1] - b.slope[0]) }
		// What is smooth comes together as the step falls.
		limit := func(far, near float64) float64 { return near + (near-far)/9 }
		switch {
		case gap(near) > size && gap(near) > gap(far)/2:
			list = append(list, Break{i, true, limit(far.value[0], near.value[0]), limit(far.value[1], near.value[1])})
		case bend(near) > size && bend(near) > bend(far)/2:
			list = append(list, Break{i, false, limit(far.slope[0], near.slope[0]), limit(far.slope[1], near.slope[1])})
		}
	}
	return list
}

// besides are values and slopes on the two sides of a point.
type besides struct{ value, slope [2]float64 }

// sides evaluates to the left and to the right along an axis; nil if there is no value.
func (p *Program) sides(x []float64, i int, step float64) *besides {
	var b besides
	g, moved := make([]float64, len(x)), append([]float64(nil), x...)
	for k, s := range [2]float64{-1, 1} {
		moved[i] = x[i] + s*step*max(1, math.Abs(x[i]))
		v, err := p.Gradient(moved, g)
		if err != nil {
			return nil
		}
		b.value[k], b.slope[k] = v, g[i]
	}
	return &b
}

// onEdge reports whether an operation of the last evaluation stands where it has a kink
// or a jump.
func (p *Program) onEdge() bool {
	for i := range p.code {
		in := &p.code[i]
		switch {
		case !in.moves:
		case in.op == opFunction && in.f.breaks && p.value[in.a] == 0,
			(in.op == opMax || in.op == opMin) && p.value[in.a] == p.value[in.b]:
			return true
		}
	}
	return false
}
