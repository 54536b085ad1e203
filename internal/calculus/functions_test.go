package calculus

import (
	"math"
	"testing"
)

// The ends of the range of float64: values in 40 digits, rounded.
func TestEnds(t *testing.T) {
	for _, c := range []struct {
		source  string
		x, want float64
	}{
		{"exp(x)", 709.45, 1.2889028567280575e308},
		{"exp(x)", 709.78, 1.7928227943945155e308},
		{"exp(x)", -745.1, 5e-324},
		{"ln(x)", 5e-324, -744.4400719213812},
		{"ln(x)", 1e-310, -713.8013788281542},
		{"ln(x)", 0x1p-1022, -708.3964185322641},
	} {
		e, err := Parse(c.source)
		if err != nil {
			t.Fatal(err)
		}
		p, err := e.Compile()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Eval([]float64{c.x}); err != nil || math.Abs(got/c.want-1) > 1e-13 {
			t.Errorf("%s at %v = %v (%v), want %v", c.source, c.x, got, err, c.want)
		}
	}
}
