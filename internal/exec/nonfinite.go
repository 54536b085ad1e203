package exec

import (
	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"nabla/internal/kernel"
	"nabla/internal/op"
)

// NonFinite returns the first node of the last run, in the order of the
// computation, that holds a NaN or an infinity: inputs and parameters first.
// What is not finite spreads to all that depends on it, so the first one is
// where it came from. Values that were not kept are passed over; see
// Compiler.Every.
func (p *Program) NonFinite() (*G.Node, bool) {
	for _, n := range p.leaves {
		if !finite(p.values[n]) {
			return n, true
		}
	}
	for _, s := range p.steps {
		if !finite(p.values[s.node]) {
			return s.node, true
		}
	}
	return nil, false
}

// finite holds for numbers that are no floats: indexes are always finite.
func finite(v G.Value) bool {
	switch v.Dtype() {
	case tensor.Float32:
		return allFinite[float32](v)
	case tensor.Float64:
		return allFinite[float64](v)
	}
	return true
}

func allFinite[T kernel.Float](v G.Value) bool {
	x, err := op.Slice[T](v)
	return err != nil || kernel.Finite(x) // or no numbers of ours
}
